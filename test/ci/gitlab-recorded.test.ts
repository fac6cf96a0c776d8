import { expect, test } from "@jest/globals";
import { gitlab } from "../../src/ci/gitlab.ts";
import { present } from "../../src/variables.ts";
import { variablesOf } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/gitlab.ts";

const proxy = (registry: string) => ({
  registry,
  registryFrom: "CI_DEPENDENCY_PROXY_SERVER",
  user: "gitlab-ci-token",
  userFrom: "CI_DEPENDENCY_PROXY_USER",
  secret: { secret: "test-token-job" },
  secretFrom: "CI_DEPENDENCY_PROXY_PASSWORD",
});

test.each([
  ["push", recorded.push, "group/app"],
  ["tag", recorded.tag, "group/app"],
  ["TRAP 23: merge request of a fork, whose registry it is", recorded.pullRequest, "fork/app"],
])("a recorded job: %s", (_, env, project) => {
  const access = gitlab.access(variablesOf(gitlab, env), { gitlabCredentials: "job" });
  expect({
    detected: gitlab.detect(present(env)),
    job: gitlab.job(present(env)),
    access: opened(access),
  }).toEqual({
    detected: true,
    job: {
      id: "7654321",
      key: ["https://gitlab.example.com", "7654321"],
      url: "https://gitlab.example.com/Group/App/-/jobs/7654321",
    },
    access: {
      registry: "registry.example.com:5050",
      image: `registry.example.com:5050/${project}`,
      logins: [
        {
          registry: "registry.example.com:5050",
          registryFrom: "CI_REGISTRY",
          user: "gitlab-ci-token",
          userFrom: "CI_REGISTRY_USER",
          secret: { secret: "test-token-job" },
          secretFrom: "CI_REGISTRY_PASSWORD",
        },
        proxy("gitlab.example.com:443"),
        proxy("gitlab.example.com"),
      ],
      notices: [],
    },
  });
});
