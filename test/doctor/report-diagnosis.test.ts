import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { gitlab } from "../../src/ci/gitlab.ts";
import { usesOf } from "../../src/doctor/clients.ts";
import type { Diagnosis, Examined } from "../../src/doctor/diagnosis.ts";
import { bad, note } from "../../src/doctor/finding.ts";
import { failed, good, type Outcome } from "../../src/doctor/outcome.ts";
import { parsePlace } from "../../src/doctor/place.ts";
import { diagnosisToJson, reportDiagnosis } from "../../src/doctor/report-diagnosis.ts";
import type { Sight } from "../../src/doctor/sight.ts";
import { styleFor } from "../../src/style.ts";
import { login } from "../fixtures/configs.ts";
import { gitlabJob } from "../fixtures/environments.ts";
import { anyText } from "../fixtures/hostile-text.ts";
import {
  BERTH,
  berthFiles,
  berthOf,
  DOCKERS,
  evaluated,
  fileAt,
  noFileAt,
  RUNTIMES,
  sightOf,
} from "../fixtures/sight.ts";
import { forgeries } from "../hardening/support/payloads.ts";
import { leaksIn } from "../support/leaks.ts";

const TOKEN = "test-token-registry";
const OWN = "registry.example.com:5050";
const HUB = "https://index.docker.io/v1/";

const examined = (image: string, sight: Sight, outcomes: readonly Outcome[] = []): Examined => {
  const place = parsePlace(image);
  return { place, uses: usesOf(place, sight), outcomes };
};

const outside = sightOf({
  docker: fileAt(DOCKERS, {
    auths: { [HUB]: login("me", TOKEN, DOCKERS), "r.example": login("me", TOKEN, DOCKERS) },
    credHelpers: { "gcr.io": "gcloud" },
  }),
  skopeo: [fileAt(RUNTIMES, { auths: { "r.example": login("other", TOKEN, RUNTIMES) } })],
});

const inBerth = sightOf({
  system: gitlab,
  env: { ...gitlabJob, ...evaluated },
  detectedBy: ["GITLAB_CI"],
  berth: berthOf(),
  ...berthFiles({ auths: { [OWN]: login("gitlab-ci-token", TOKEN) } }),
});

const nothing: Diagnosis = { sight: sightOf(), examined: [], findings: [] };
const first: Diagnosis = {
  sight: outside,
  examined: [
    examined("alpine", outside),
    examined("r.example/app", outside),
    examined("gcr.io", outside),
  ],
  findings: [],
};
const second: Diagnosis = {
  sight: inBerth,
  examined: [
    examined(`${OWN}/group/app:1`, inBerth, [
      good("reach", "reached, and its certificate is trusted"),
      good("identity", "accepted as gitlab-ci-token"),
      good("pull", "allowed: 1 is there"),
      failed("push", "no-permission", "no permission: HTTP 403, DENIED: no"),
    ]),
  ],
  findings: [
    bad("no-permission", `${OWN}/group/app:1: push: no permission`, "what may it do there?"),
    note("forgotten", "1 berth of jobs that were killed: /tmp/b", "berth cleanup --stale"),
  ],
};

const plain = styleFor(false);
const lines = (diagnosis: Diagnosis, quiet = false) =>
  reportDiagnosis(diagnosis, quiet, plain).split("\n");

describe("for people", () => {
  test("nothing", () => {
    expect(lines(nothing)).toEqual([
      "  ci         none: no CI system found",
      "  berth      none in this job",
      "  docker     /home/ci/.docker/config.json, which is not there",
      "  registries none here: name one, berth doctor HOST",
      "",
      "  no problem is found",
      "",
    ]);
  });

  test("outside of CI, clients that use the same are one row", () => {
    const NONE = "nothing has a credential for it";
    expect(lines(first)).toEqual([
      "  ci         none: no CI system found",
      "  berth      none in this job",
      `  docker     ${DOCKERS}`,
      "",
      "docker.io/library/alpine",
      `  docker, buildx, helm  me    ${DOCKERS}  auths`,
      `  podman, buildah       me    ${DOCKERS}  auths, by its host`,
      `  skopeo                none  ${NONE}`,
      "",
      "r.example/app",
      `  docker, buildx, podman, buildah, helm  me     ${DOCKERS}      auths`,
      `  skopeo                                 other  ${RUNTIMES}  auths`,
      "",
      "gcr.io",
      `  docker, buildx, podman, buildah, helm  docker-credential-gcloud  ${DOCKERS}  credHelpers`,
      `  skopeo                                 none                      ${NONE}`,
      "",
      "  no problem is found",
      "",
    ]);
  });

  test("in a job, with what the registry says and what is wrong", () => {
    expect(lines(second)).toEqual([
      "  ci         GitLab CI job 7001, by GITLAB_CI",
      `  berth      ${BERTH}`,
      `  docker     ${BERTH}/config.json`,
      "",
      `${OWN}/group/app:1`,
      "  docker, buildx, helm     gitlab-ci-token  the berth's config.json  auths",
      "  podman, buildah, skopeo  gitlab-ci-token  the berth's auth.json    auths",
      "  reach      reached, and its certificate is trusted",
      "  identity   accepted as gitlab-ci-token",
      "  pull       allowed: 1 is there",
      "  push       no permission: HTTP 403, DENIED: no",
      "",
      `  warning    ${OWN}/group/app:1: push: no permission`,
      "             what may it do there?",
      "  note       1 berth of jobs that were killed: /tmp/b",
      "             berth cleanup --stale",
      "",
    ]);
  });

  test("quiet: the warnings alone", () => {
    expect([lines(second, true), lines(first, true)]).toEqual([
      [
        `  warning    ${OWN}/group/app:1: push: no permission`,
        "             what may it do there?",
        "",
      ],
      [""],
    ]);
  });

  test("a system that is named, and not found", () => {
    const sight = { ...inBerth, detectedBy: [] };
    expect(lines({ ...second, sight })[0]).toBe("  ci         GitLab CI job 7001, as named");
  });

  test("colours are no more than that", () => {
    const coloured = reportDiagnosis(second, false, styleFor(true));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
    expect(coloured.replace(/\x1b\[\d+m/g, "")).toBe(reportDiagnosis(second, false, plain));
    expect(coloured).not.toBe(reportDiagnosis(second, false, plain));
  });
});

describe("for programs", () => {
  const use = (client: string, user: string, from: string, key = "r.example", why = "auths") => ({
    ...{ client, found: true, user, key, from, why },
  });
  test.each<[string, Diagnosis, unknown]>([
    [
      "nothing",
      nothing,
      { noJob: "no CI system found", docker: DOCKERS, registries: [], findings: [] },
    ],
    [
      "outside of CI",
      { ...first, examined: first.examined.slice(1) },
      {
        noJob: "no CI system found",
        docker: DOCKERS,
        registries: [
          {
            ...{ name: "r.example/app", host: "r.example", repository: "app" },
            clients: [
              use("docker", "me", DOCKERS),
              use("buildx", "me", DOCKERS),
              use("podman, buildah", "me", DOCKERS),
              use("skopeo", "other", RUNTIMES),
              use("helm", "me", DOCKERS),
            ],
          },
          {
            ...{ name: "gcr.io", host: "gcr.io" },
            clients: ["docker", "buildx", "podman, buildah", "skopeo", "helm"].map((client) =>
              client === "skopeo"
                ? { client, found: false, why: "nothing has a credential for it" }
                : { client, found: true, helper: "gcloud", from: DOCKERS, why: "credHelpers" },
            ),
          },
        ],
        findings: [],
      },
    ],
    [
      "in a job",
      second,
      {
        ...{ system: "gitlab", job: "7001", detectedBy: ["GITLAB_CI"], berth: BERTH },
        docker: `${BERTH}/config.json`,
        registries: [
          {
            ...{ name: `${OWN}/group/app:1`, host: OWN, repository: "group/app", reference: "1" },
            clients: [
              use("docker", "gitlab-ci-token", `${BERTH}/config.json`, OWN),
              use("buildx", "gitlab-ci-token", `${BERTH}/config.json`, OWN),
              use("podman, buildah", "gitlab-ci-token", `${BERTH}/auth.json`, OWN),
              use("skopeo", "gitlab-ci-token", `${BERTH}/auth.json`, OWN),
              use("helm", "gitlab-ci-token", `${BERTH}/config.json`, OWN),
            ],
            checks: [
              { step: "reach", ok: true, text: "reached, and its certificate is trusted" },
              { step: "identity", ok: true, text: "accepted as gitlab-ci-token" },
              { step: "pull", ok: true, text: "allowed: 1 is there" },
              {
                ...{ step: "push", ok: false, kind: "no-permission" },
                text: "no permission: HTTP 403, DENIED: no",
              },
            ],
          },
        ],
        findings: [
          {
            ...{ level: "warning", code: "no-permission" },
            text: `${OWN}/group/app:1: push: no permission`,
            hint: "what may it do there?",
          },
          {
            ...{ level: "info", code: "forgotten" },
            text: "1 berth of jobs that were killed: /tmp/b",
            hint: "berth cleanup --stale",
          },
        ],
      },
    ],
  ])("%s", (_, diagnosis, expected) => {
    const text = diagnosisToJson(diagnosis);
    expect(JSON.parse(text)).toEqual(expected);
    expect(text.endsWith("}\n")).toBe(true);
  });
});

test("no secret is in either, in no form", () => {
  for (const diagnosis of [first, second]) {
    const said = diagnosisToJson(diagnosis) + reportDiagnosis(diagnosis, false, styleFor(true));
    expect(leaksIn(said, [TOKEN])).toEqual([]);
  }
});

test("hostile: nothing from outside is raw in either", () => {
  const hostile = fc.oneof(
    anyText,
    fc.constantFrom("a\n::error::b", "##vso[task.complete]x", "\x1b[2Jred", "\u202egnp", "\r+++ b"),
  );
  fc.assert(
    fc.property(hostile, hostile, (text, other) => {
      const docker = fileAt(`/${text}`, {
        auths: { "r.example": login(other, TOKEN) },
        credHelpers: { "h.example": text },
      });
      const sight = sightOf({ docker, helm: noFileAt(other) });
      const env = { ...gitlabJob, CI_JOB_ID: text };
      const named = text === "" ? sight : { ...sight, system: gitlab, job: gitlab.job(env) };
      const outcome = failed("pull", "server", text);
      const diagnosis: Diagnosis = {
        sight: { ...named, berth: { ...berthOf(), path: `/tmp/${other}` } },
        examined: ["r.example/app", "h.example"].map((it) => examined(it, sight, [outcome])),
        findings: [],
      };
      const said = [reportDiagnosis(diagnosis, false, plain), diagnosisToJson(diagnosis)];
      expect(said.flatMap(forgeries)).toEqual([]);
    }),
  );
});
