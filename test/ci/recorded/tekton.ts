import type { Variables } from "../../fixtures/environments.ts";

// tektoncd/pipeline:docs/variables.md; what a Task maps, and Kubernetes' own
const step = {
  KUBERNETES_SERVICE_HOST: "10.96.0.1",
  KUBERNETES_SERVICE_PORT: "443",
  HOME: "/root",
  REGISTRY: "registry.example.com",
  REGISTRY_USER: "robot",
  REGISTRY_PASSWORD: "test-token-registry",
} as const satisfies Variables;

export const recorded = {
  // tektoncd/pipeline:docs/variables.md
  push: {
    ...step,
    HOSTNAME: "publish-run-x7k2p-publish-pod",
    BERTH_JOB_ID: "5f0c1b3e-8f1d-4a53-9d2c-0f6b1a2e7c11",
    REVISION: "c150e3a3d2d89acd1b1222bf6f7a50b45a4218c0",
  },
  // tektoncd/pipeline:docs/variables.md
  tag: {
    ...step,
    HOSTNAME: "publish-run-9d4fz-publish-pod",
    BERTH_JOB_ID: "0c6de8a4-3b57-4b1e-8f60-2f7f2b8a9d03",
    REVISION: "refs/tags/v1.0.0",
  },
  // tektoncd/pipeline:docs/variables.md
  pullRequest: {
    ...step,
    HOSTNAME: "publish-run-m2wq8-publish-pod",
    BERTH_JOB_ID: "b8a1f2d6-70c3-4a29-93de-51c07e6f4a88",
    REVISION: "refs/pull/24/head",
  },
} as const satisfies Record<string, Variables>;
