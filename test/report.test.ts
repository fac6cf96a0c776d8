import { describe, expect, test } from "@jest/globals";
import type { Plan } from "../src/plan.ts";
import { reportPlan } from "../src/report.ts";
import { styleFor } from "../src/style.ts";
import { configOf, login } from "./fixtures/configs.ts";
import { outputOf } from "./fixtures/output.ts";
import { planAt } from "./fixtures/plan.ts";

const PATH = "/tmp/berth-1/gitlab-7001-abc";
const BASE = "/home/ci/.docker/config.json";
const TOKEN = "test-token-1";

const registries = [
  { registry: "registry.example.com:5050", user: "gitlab-ci-token", from: "CI_JOB_TOKEN" },
  { registry: "r.example", user: "me", from: "DOCKER_AUTH_CONFIG" },
];
const notices = [
  { level: "info", text: "a note" },
  { level: "warning", text: "a warning", hint: "its hint" },
  { level: "missing", text: "no login", hint: "pass it" },
] as const;

const full = planAt(PATH, {
  title: "GitLab CI job 7001",
  config: configOf({
    auths: {
      "registry.example.com:5050": login("gitlab-ci-token", TOKEN, "CI_JOB_TOKEN"),
      "r.example": login("me", TOKEN, "DOCKER_AUTH_CONFIG"),
      "https://index.docker.io/v1/": login("hub", TOKEN, BASE),
      "kept.example": { user: "", from: BASE },
      "later.example": login("me", TOKEN, "a later login in this job"),
    },
    credHelpers: { "gcr.io": "gcloud" },
    cliPluginsExtraDirs: ["/home/ci/.docker/cli-plugins"],
    other: { HttpHeaders: { token: TOKEN } },
  }),
  authFile: configOf({ auths: { "berth.invalid": { user: "", from: "berth" } } }),
  copies: ["meta/x/meta.json", "tls/x/key.pem"].map((to) => ({
    from: `/home/ci/.docker/contexts/${to}`,
    to: `contexts/${to}`,
  })),
  inheritedFrom: "/home/ci/.docker",
  output: outputOf({ directory: PATH, registries, notices }),
});

const report = (plan: Plan, options: Partial<Parameters<typeof reportPlan>[1]> = {}): string =>
  reportPlan(plan, {
    quiet: false,
    verbose: false,
    dryRun: false,
    style: styleFor(false),
    ...options,
  });

const SUMMARY = `  login      registry.example.com:5050  as gitlab-ci-token  by CI_JOB_TOKEN
  login      r.example                  as me               by DOCKER_AUTH_CONFIG
  inherited  docker.io from /home/ci/.docker/config.json
  inherited  later.example from a later login in this job
  inherited  gcr.io from docker-credential-gcloud
  inherited  contexts, CLI plugins, HttpHeaders from /home/ci/.docker
`;
const FILES = `  file       config.json
             - registry.example.com:5050    gitlab-ci-token  [redacted]  CI_JOB_TOKEN
             - r.example                    me               [redacted]  DOCKER_AUTH_CONFIG
             - https://index.docker.io/v1/  hub              [redacted]  /home/ci/.docker/config.json
             - kept.example                                              /home/ci/.docker/config.json
             - later.example                me               [redacted]  a later login in this job
             - gcr.io                                                    docker-credential-gcloud
  file       auth.json
             - berth.invalid      berth
  file       berth.json  (what berth did, without secrets)
  file       contexts/meta/x/meta.json
  file       contexts/tls/x/key.pem
`;
const TOLD = `  note       a note
  warning    a warning
             its hint
  warning    no login
             pass it
`;

describe("a run tells a person", () => {
  test("the directory, each login with its user and source, what is inherited, and what is left out", () => {
    expect(report(full)).toBe(`berth: GitLab CI job 7001 uses ${PATH}\n${SUMMARY}${TOLD}`);
  });

  test("with --verbose also the files, with no secret of theirs", () => {
    expect(report(full, { verbose: true })).toBe(
      `berth: GitLab CI job 7001 uses ${PATH}\n${SUMMARY}${FILES}${TOLD}`,
    );
  });

  test("in a dry run the same, and that nothing is written", () => {
    expect(report(full, { dryRun: true })).toBe(
      `berth: dry run, nothing is written: GitLab CI job 7001 would use ${PATH}\n${SUMMARY}${FILES}${TOLD}`,
    );
  });

  test("with --quiet only what may be wrong", () => {
    expect(report(full, { quiet: true })).toBe(
      `berth: warning    a warning\nberth:            its hint\nberth: warning    no login\nberth:            pass it\n`,
    );
    expect(report(planAt(PATH), { quiet: true })).toBe("");
  });

  test("that it has renewed a berth, and that there is no login", () => {
    const renewed = planAt(PATH, { update: true, config: configOf({}), authFile: configOf({}) });
    expect(report(renewed)).toBe(
      `berth: GitLab CI job gitlab-7001-abc uses ${PATH} (renewed)\n  login      none\n`,
    );
  });

  test("RULE 12: what is inherited for a registry, of which the job has only a part by itself", () => {
    const plan = planAt(PATH, {
      config: configOf({ auths: { "r.example": login("me", TOKEN, BASE) } }),
      authFile: configOf({ auths: { "r.example/a": login("a", TOKEN, "DOCKER_AUTH_CONFIG") } }),
      output: outputOf({
        registries: [{ registry: "r.example/a", user: "a", from: "DOCKER_AUTH_CONFIG" }],
      }),
    });
    expect(report(plan).split("\n").slice(1)).toEqual([
      "  login      r.example/a  as a  by DOCKER_AUTH_CONFIG",
      `  inherited  r.example from ${BASE}`,
      "",
    ]);
  });

  test("eight registries of a source at most, and all with --verbose", () => {
    const names = "abcdefghij".split("").map((letter) => `${letter}.example`);
    const auths = Object.fromEntries(names.map((name) => [name, login("me", TOKEN, BASE)]));
    const many = planAt(PATH, { config: configOf({ auths }), authFile: configOf({}) });
    const inherited = (text: string) =>
      text.split("\n").filter((line) => line.includes("inherited"));
    expect(inherited(report(many))).toEqual([
      `  inherited  ${names.slice(0, 8).join(", ")} and 2 more from ${BASE}`,
    ]);
    expect(inherited(report(many, { verbose: true }))).toEqual([
      `  inherited  ${names.join(", ")} from ${BASE}`,
    ]);
  });

  test("TRAP 22: nothing of rights to push, which a login does not prove", () => {
    expect(report(full, { verbose: true })).not.toMatch(/push|pull|access/i);
  });

  test("TRAP 40: no secret, plain or encoded", () => {
    const texts = [{ verbose: true }, { dryRun: true }, { quiet: true }, {}].map((options) =>
      report(full, options),
    );
    const encoded = Buffer.from(`me:${TOKEN}`).toString("base64");
    const found = texts.filter(
      (text) => text.includes(TOKEN) || text.includes(encoded.slice(4, -4)),
    );
    expect(found).toEqual([]);
  });

  test("TRAP 38: names from outside start no line, and carry no control characters", () => {
    const evil = "::error::x\n::add-mask::y\x1b[2J##vso[task.x]z";
    const plan = planAt(PATH, {
      config: configOf({
        auths: { [evil]: login(evil, TOKEN, BASE) },
        credHelpers: { [`${evil}2`]: evil },
        other: { [evil]: 1 },
      }),
      copies: [{ from: `/x/${evil}`, to: `contexts/${evil}` }],
      inheritedFrom: evil,
      output: outputOf({ registries: [{ registry: evil, user: evil, from: evil }] }),
    });
    const lines = report(plan, { verbose: true }).trimEnd().split("\n");
    expect(lines.filter((line) => /\p{Cc}|##|^\s*::/u.test(line))).toEqual([]);
    expect(lines.every((line) => /^berth: | {2}(?:login|inherited|file| {11}-)/.test(line))).toBe(
      true,
    );
  });
});

test("colours change nothing but colours", () => {
  const coloured = report(full, { style: styleFor(true), verbose: true });
  const bare = coloured
    .split("\x1b")
    .map((part) => part.replace(/^\[\d+m/, ""))
    .join("");
  expect([coloured !== bare, bare]).toEqual([true, report(full, { verbose: true })]);
});
