import { describe, expect, test } from "@jest/globals";
import { gitlab } from "../src/ci/gitlab.ts";
import { woodpecker } from "../src/ci/woodpecker.ts";
import type { ExistingBerth } from "../src/existing-berth.ts";
import { makePlan } from "../src/plan.ts";
import { recorded } from "./ci/recorded/woodpecker.ts";
import { configOf } from "./fixtures/configs.ts";
import { gitlabJob, type Variables } from "./fixtures/environments.ts";
import { byDefault, DIRECTORY, factsOf, noticesOf } from "./fixtures/facts.ts";

const withWerf = { ...byDefault, werf: true };
const COLOR = "WERF_LOG_COLOR_MODE";

const berthOf = (earlier: ExistingBerth["earlier"]): ExistingBerth => ({
  ...{ path: DIRECTORY, created: "2026-01-01T00:00:00.000Z", earlier, written: [] },
  changes: { "config.json": configOf({}), "auth.json": configOf({}) },
  logins: { tokens: configOf({}), dockerAuthConfig: configOf({}), requested: configOf({}) },
});

const planOf = (env: Variables, berth?: ExistingBerth, options = withWerf) =>
  makePlan(factsOf(gitlab, { ...gitlabJob, ...env }, berth ? { berth } : {}), options);

test("--werf adds werf's variables behind berth's own, and none without it", () => {
  const names = (options: typeof withWerf) =>
    planOf({}, undefined, options).output.variables.map(([name]) => name);
  expect(names(withWerf)).toEqual([
    ...names(byDefault),
    "WERF_REPO",
    "WERF_REPO_CONTAINER_REGISTRY",
    COLOR,
    "WERF_LOG_PROJECT_DIR",
    "WERF_ENABLE_PROCESS_EXTERMINATOR",
    "WERF_LOG_TERMINAL_WIDTH",
  ]);
});

test("another system has none, and that is said", () => {
  const plan = makePlan(factsOf(woodpecker, recorded.push), withWerf);
  expect([plan.output.variables.map(([name]) => name), noticesOf(plan)]).toEqual([
    ["DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "HELM_REGISTRY_CONFIG", "WERF_DOCKER_CONFIG"],
    [
      "info: Woodpecker has no registry of its own: name those of the job with --registry",
      "warning: --werf: nothing is set, for werf has no variables of Woodpecker",
    ],
  ]);
});

describe("what --unset brings back", () => {
  test.each([
    ["nothing was set before", {}, undefined, null],
    ["the user had set the same", { [COLOR]: "on" }, undefined, "on"],
    ["an earlier run has set it", { [COLOR]: "on" }, berthOf({ [COLOR]: null }), null],
    ["an earlier run found the same", { [COLOR]: "on" }, berthOf({ [COLOR]: "on" }), "on"],
    ["the user has set it since that", { [COLOR]: "on" }, berthOf({}), "on"],
  ])("%s", (_, env, berth, earlier) => {
    expect(planOf(env, berth).marker.earlier[COLOR]).toBe(earlier);
  });

  test("a run without --werf forgets nothing of the one with it", () => {
    const { marker } = planOf({ [COLOR]: "on" }, berthOf({ [COLOR]: null }), byDefault);
    expect(marker.earlier[COLOR]).toBeNull();
  });
});
