import { describe, expect, test } from "@jest/globals";
import { gitlab } from "../src/ci/gitlab.ts";
import { makePlan } from "../src/plan.ts";
import { gitlabJob } from "./fixtures/environments.ts";
import { byDefault, DIRECTORY, factsOf } from "./fixtures/facts.ts";

const OWN = "registry.example.com:5050";
const ALL = [
  ["DOCKER_CONFIG", DIRECTORY],
  ["REGISTRY_AUTH_FILE", `${DIRECTORY}/auth.json`],
  ["HELM_REGISTRY_CONFIG", `${DIRECTORY}/config.json`],
  ["WERF_DOCKER_CONFIG", DIRECTORY],
] as const;
const IMAGE = [
  ["BERTH_REGISTRY", OWN],
  ["BERTH_IMAGE", `${OWN}/group/app`],
] as const;

describe("what is exported", () => {
  const exported = (env = {}, options = {}, parts = {}) => {
    const facts = factsOf(gitlab, { ...gitlabJob, ...env }, parts);
    const { variables, unset } = makePlan(facts, { ...byDefault, ...options }).output;
    return { variables, unset };
  };
  const [docker, containers, helm, werf] = ALL;
  const noRegistry = { CI_REGISTRY: undefined, CI_REGISTRY_IMAGE: undefined };
  const stale = { BERTH_REGISTRY: "old.example", BERTH_IMAGE: "old.example/a" };
  const variable = { dockerAuthConfigIsSet: true };

  test.each([
    ["for every client", {}, {}, {}, { variables: [...ALL, ...IMAGE], unset: [] }],
    [
      "for docker alone",
      {},
      { clients: ["docker"] },
      {},
      { variables: [docker, ...IMAGE], unset: [] },
    ],
    [
      "for several, in one order",
      {},
      { clients: ["werf", "helm", "containers"] },
      {},
      { variables: [containers, helm, werf, ...IMAGE], unset: [] },
    ],
    [
      "TRAP 12: no image where the project has no registry, and none of an earlier job either",
      { ...stale, CI_REGISTRY_IMAGE: "" },
      {},
      {},
      { variables: [...ALL, IMAGE[0]], unset: ["BERTH_IMAGE"] },
    ],
    [
      "TRAP 11: neither where GitLab has none",
      { ...stale, ...noRegistry },
      {},
      {},
      { variables: ALL, unset: ["BERTH_REGISTRY", "BERTH_IMAGE"] },
    ],
    [
      "TRAP 30: DOCKER_AUTH_CONFIG is unset, for Docker would prefer it",
      {},
      {},
      variable,
      { variables: [...ALL, ...IMAGE], unset: ["DOCKER_AUTH_CONFIG"] },
    ],
    [
      "but not where docker is not pointed at the berth",
      {},
      { clients: ["helm"] },
      variable,
      { variables: [helm, ...IMAGE], unset: [] },
    ],
  ])("%s", (_, env, options, parts, expected) => {
    expect(exported(env, options, parts)).toEqual(expected);
  });
});
