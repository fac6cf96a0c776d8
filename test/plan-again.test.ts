import { describe, expect, test } from "@jest/globals";
import { github } from "../src/ci/github.ts";
import { gitlab } from "../src/ci/gitlab.ts";
import type { DockerConfig } from "../src/docker-config/model.ts";
import type { ExistingBerth } from "../src/existing-berth.ts";
import type { Facts } from "../src/gather.ts";
import { makePlan } from "../src/plan.ts";
import { configOf, login } from "./fixtures/configs.ts";
import { githubJob, gitlabJob } from "./fixtures/environments.ts";
import { byDefault, DIRECTORY, factsOf, noticesOf } from "./fixtures/facts.ts";
import { opened } from "./fixtures/opened.ts";

const OWN = "registry.example.com:5050";
const CREATED = "2026-01-01T00:00:00.000Z";

type Parts = Partial<Record<"changes" | "authChanges" | "tokens", DockerConfig>>;

const berthOf = ({ changes, authChanges, tokens }: Parts): ExistingBerth => ({
  path: DIRECTORY,
  created: CREATED,
  earlier: {},
  written: [],
  changes: { "config.json": changes ?? configOf({}), "auth.json": authChanges ?? configOf({}) },
  logins: {
    tokens: tokens ?? configOf({}),
    dockerAuthConfig: configOf({}),
    requested: configOf({}),
  },
});

const own = login("gitlab-ci-token", "test-token-registry", "CI_REGISTRY_PASSWORD");
const mine = login("me", "pw", "the berth");

const again = (parts: Parts, facts: Partial<Facts> = {}) =>
  makePlan(factsOf(gitlab, gitlabJob, { berth: berthOf(parts), ...facts }), byDefault);

describe("a second run in a job", () => {
  test("TRAP 33: updates the berth, which stays as old as it is", () => {
    const { update, marker, directory } = again({});
    expect([update, marker.created, directory.path]).toEqual([
      true,
      CREATED,
      factsOf(gitlab, gitlabJob).directory.path,
    ]);
  });

  const podmans = login("pod", "pw", "the berth");
  const one = { auths: { "r.example": mine } };

  test.each([
    ["docker's for both", one, {}, mine, mine],
    ["podman's for podman alone", {}, { auths: { "r.example": podmans } }, undefined, podmans],
    ["each program's its own", one, { auths: { "r.example": podmans } }, mine, podmans],
    [
      "podman's, under whatever key it is",
      { auths: { "https://r.example/v1/": mine } },
      { auths: { "r.example": podmans } },
      undefined,
      podmans,
    ],
  ])(
    "keeps the job's later logins, and does not take them for its own: %s",
    (_, docker, podman, forDocker, forPodman) => {
      const plan = again({ changes: configOf(docker), authChanges: configOf(podman) });
      const files = [plan.config, plan.authFile];
      expect(opened(files.map(({ auths }) => auths.get("r.example")))).toEqual(
        opened([forDocker, forPodman]),
      );
      expect(opened(files.map(({ auths }) => auths.get(OWN)))).toEqual(opened([own, own]));
      const { written, logins } = plan.marker;
      expect([written["config.json"], logins.tokens, plan.output.registries]).toEqual([
        again({}).marker.written["config.json"],
        [OWN],
        again({}).output.registries,
      ]);
    },
  );

  test("keeps a helper that docker was given for podman, too, but no context nor other keys", () => {
    const changes = configOf({
      credHelpers: { "gcr.io": "gcloud" },
      currentContext: "mine",
      other: { psFormat: "x" },
    });
    const { config, authFile } = again({ changes });
    const helpers = { auths: { [OWN]: own }, credHelpers: { "gcr.io": "gcloud" } };
    expect(opened(authFile)).toEqual(opened(configOf(helpers)));
    expect(opened(config)).toEqual(
      opened(configOf({ ...helpers, currentContext: "mine", other: { psFormat: "x" } })),
    );
  });

  test("renews the credentials of its own registries", () => {
    const plan = again({
      changes: configOf({ auths: { [`https://${OWN}/v2/`]: mine } }),
      tokens: configOf({ auths: { [OWN]: login("gitlab-ci-token", "test-token-old", "earlier") } }),
    });
    expect(opened(plan.config.auths)).toEqual(opened(new Map([[OWN, own]])));
  });

  test("DOCKER_AUTH_CONFIG, which the first run unset, still counts, and is not unset again", () => {
    const auths = { [OWN]: login("me", "pw", "DOCKER_AUTH_CONFIG") };
    const plan = again({}, { dockerAuthConfig: configOf({ auths }) });
    expect([plan.output.registries, plan.output.unset, plan.marker.logins]).toEqual([
      [{ registry: OWN, user: "me", from: "DOCKER_AUTH_CONFIG" }],
      [],
      { tokens: [OWN], dockerAuthConfig: [OWN], requested: [] },
    ]);
  });

  test("RULE 12: a login to a registry stays, of which DOCKER_AUTH_CONFIG has only a part", () => {
    const variable = login("group", "pw", "DOCKER_AUTH_CONFIG");
    const plan = again(
      { changes: configOf({ auths: { "r.example": mine } }) },
      { dockerAuthConfig: configOf({ auths: { "r.example/group": variable } }) },
    );
    expect(opened(plan.config.auths.get("r.example"))).toEqual(opened(mine));
  });

  test("a step without the token keeps what an earlier one of the job has logged in to", () => {
    const earlier = login("octocat", "test-token-github", "an earlier run in this job");
    const berth = berthOf({ tokens: configOf({ auths: { "ghcr.io": earlier } }) });
    const facts = factsOf(github, { ...githubJob, GITHUB_TOKEN: "" }, { berth });
    const plan = makePlan(facts, { ...byDefault, ifMissing: "fail" });
    expect([opened(plan.config.auths), plan.output.registries, noticesOf(plan)]).toEqual([
      opened(new Map([["ghcr.io", earlier]])),
      [{ registry: "ghcr.io", user: "octocat", from: "an earlier run in this job" }],
      [],
    ]);
  });
});
