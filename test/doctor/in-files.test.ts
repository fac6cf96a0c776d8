import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { gitlab } from "../../src/ci/gitlab.ts";
import { findingsInFiles } from "../../src/doctor/in-files.ts";
import { Secret } from "../../src/secret.ts";
import { inStore, login } from "../fixtures/configs.ts";
import { gitlabJob } from "../fixtures/environments.ts";
import { anyText } from "../fixtures/hostile-text.ts";
import {
  BERTH,
  berthFiles,
  berthOf,
  DOCKERS,
  evaluated,
  fileAt,
  HELMS,
  noFileAt,
  RUNTIMES,
  sightOf,
} from "../fixtures/sight.ts";
import { tokenWith } from "../fixtures/unsigned-token.ts";
import { forgeries } from "../hardening/support/payloads.ts";

const HOST = "r.example";
const HUB = "https://index.docker.io/v1/";

type Config = Parameters<typeof fileAt>[1];

/** What is found, a line each: code, text, hint. */
const found = (parts: Parameters<typeof sightOf>[0]): readonly (readonly string[])[] =>
  findingsInFiles(sightOf(parts)).map(({ level, code, text, hint }) => [
    level === "warning" ? code : `${code} (${level})`,
    ...[text, hint],
  ]);
const inDockers = (config: Config, parts: Partial<ReturnType<typeof fileAt>> = {}) =>
  found({ docker: fileAt(DOCKERS, config, parts) });

const me = login("me", "test-token-1");
const auths = { [HOST]: me };

test("nothing is wrong with nothing, nor with a login", () => {
  expect([found({}), inDockers({ auths })]).toEqual([[], []]);
});

describe("broken-config, bad-entry", () => {
  test("a file that cannot be read", () => {
    expect(inDockers({}, { problem: "is not valid JSON" })).toEqual([
      ["broken-config", `${DOCKERS} is not valid JSON`, "correct it, or log in anew"],
    ]);
  });

  test("an entry that cannot be read, in any file, and the variable", () => {
    const bad = { badAuths: ["https://me:hunter2@b.example", "c.example"] };
    const sight = {
      docker: noFileAt(DOCKERS),
      skopeo: [fileAt(RUNTIMES, {}, bad)],
      dockerAuthConfig: fileAt("DOCKER_AUTH_CONFIG", {}, { badAuths: ["d.example"] }),
    };
    const VOIDS = "is no credential that Docker can read, which voids the whole file at times";
    expect(found(sight)).toEqual([
      [
        "bad-entry",
        `${RUNTIMES}: the entry of https://b.example ${VOIDS}`,
        "docker logout https://b.example, or correct it",
      ],
      [
        "bad-entry",
        `${RUNTIMES}: the entry of c.example ${VOIDS}`,
        "docker logout c.example, or correct it",
      ],
      [
        "bad-entry",
        `DOCKER_AUTH_CONFIG: the entry of d.example ${VOIDS}`,
        "correct it, or take it out of the variable",
      ],
    ]);
  });
});

describe("readable", () => {
  const READ = (path: string, mode: string) => [
    "readable",
    `${path} has credentials, and can be read by other users (${mode})`,
    `chmod 600 ${path}`,
  ];
  test.each<[string, Config, number, unknown]>([
    ["by its owner", { auths }, 0o600, []],
    ["and written, by its owner", { auths }, 0o700, []],
    ["by its group", { auths }, 0o640, [READ(DOCKERS, "640")]],
    ["by all", { auths }, 0o644, [READ(DOCKERS, "644")]],
    ["by others, without its group", { auths }, 0o604, [READ(DOCKERS, "604")]],
    ["by all, and there is nothing secret in it", { auths: { [HOST]: inStore() } }, 0o644, []],
  ])("%s", (_, config, mode, expected) => {
    expect(inDockers(config, { mode })).toEqual(expected);
  });

  test("each file that some client reads, once", () => {
    const docker = fileAt(DOCKERS, { auths }, { mode: 0o644 });
    const helm = fileAt(HELMS, { auths }, { mode: 0o644 });
    const runtime = fileAt(RUNTIMES, { auths }, { mode: 0o666 });
    const sight = { docker, helm, podman: [runtime, docker], skopeo: [runtime, docker] };
    expect(found(sight)).toEqual([READ(DOCKERS, "644"), READ(HELMS, "644"), READ(RUNTIMES, "666")]);
  });
});

describe("helper-missing", () => {
  const missing = (path: string, name: string) => [
    "helper-missing",
    `${path} names docker-credential-${name}, which is not on PATH: Docker 29 and others fail, where earlier ones look into the file`,
    "install it, or take it out of the file",
  ];
  const config = { credHelpers: { [HOST]: "gcloud", "o.example": "gcloud" }, credsStore: "pass" };

  test("each of them, once", () => {
    expect(inDockers(config)).toEqual([missing(DOCKERS, "gcloud"), missing(DOCKERS, "pass")]);
  });

  test("not one that is there", () => {
    const docker = fileAt(DOCKERS, config);
    expect(found({ docker, helpersOnPath: new Set(["gcloud"]) })).toEqual([
      missing(DOCKERS, "pass"),
    ]);
  });

  test("a name that may be a secret is not shown", () => {
    expect(inDockers({ credsStore: "Hunter2/\x1b" })).toEqual([
      missing(DOCKERS, "[no name of a helper]"),
    ]);
  });

  test("no name at all is docker's way to say that there is none", () => {
    expect(inDockers({ auths, credHelpers: { [HOST]: "" } }).map(([code]) => code)).not.toContain(
      "helper-missing",
    );
  });
});

describe("shadowed", () => {
  const helpersOnPath = new Set(["pass", "gcloud"]);
  const shadowed = (key: string, helper: string, path = DOCKERS) => [
    "shadowed",
    `${path}: Docker does not look at the credential of ${key}, because it asks docker-credential-${helper}`,
    "log in again, or take the helper out of the file",
  ];
  const inFile = (config: Config) => found({ docker: fileAt(DOCKERS, config), helpersOnPath });
  const two = { [HOST]: me, "o.example": me };

  test.each<[string, Config, unknown]>([
    [
      "by a store",
      { auths: two, credsStore: "pass" },
      [shadowed(HOST, "pass"), shadowed("o.example", "pass")],
    ],
    ["by a helper", { auths: two, credHelpers: { [HOST]: "gcloud" } }, [shadowed(HOST, "gcloud")]],
    [
      "by a helper for one, and a store for the other",
      { auths: two, credHelpers: { [HOST]: "gcloud" }, credsStore: "pass" },
      [shadowed(HOST, "gcloud"), shadowed("o.example", "pass")],
    ],
    [
      "not a marker, which says just that",
      { auths: { [HOST]: inStore() }, credsStore: "pass" },
      [],
    ],
    [
      "an older key of the registry that the helper is for",
      { auths: { [`https://${HOST}/v1/`]: me }, credHelpers: { [HOST]: "pass" } },
      [shadowed(`https://${HOST}/v1/`, "pass")],
    ],
    [
      "not where no name takes the registry out of the store",
      { auths, credHelpers: { [HOST]: "" }, credsStore: "pass" },
      [],
    ],
  ])("%s", (_, config, expected) => {
    const codes = inFile(config).filter(([code]) => code === "shadowed");
    expect(codes).toEqual(expected);
  });

  test("not by a helper that is not there, which earlier Dockers pass over", () => {
    const docker = fileAt(DOCKERS, { auths: two, credsStore: "nope" });
    expect(found({ docker, helpersOnPath }).map(([code]) => code)).toEqual(["helper-missing"]);
  });

  test("not in podman's file, which knows no store", () => {
    const podman = [fileAt(RUNTIMES, { auths, credsStore: "pass" })];
    expect(found({ podman, skopeo: podman, helpersOnPath })).toEqual([]);
  });

  test("helm's file is read as docker's is", () => {
    const helm = fileAt(HELMS, { auths, credsStore: "pass" });
    expect(found({ helm, helpersOnPath })).toEqual([shadowed(HOST, "pass", HELMS)]);
  });
});

describe("hub-key, part-of-registry", () => {
  const hub = (key: string) => [
    "hub-key",
    `${DOCKERS}: Docker does not find the credential of Docker Hub under ${key}`,
    `its key is ${HUB}`,
  ];
  const part = (key: string, path = DOCKERS) => [
    "part-of-registry",
    `${path}: ${key} is a part of a registry, which Docker takes for the whole`,
    "put it into auth.json, where podman and its relatives tell parts apart, or give berth HOST/GROUP",
  ];
  test.each<[string, unknown]>([
    [HUB, []],
    ["https://index.docker.io/v1/access-token", []],
    ["https://index.docker.io/v1/refresh-token", []],
    ["docker.io", [hub("docker.io")]],
    ["index.docker.io", [hub("index.docker.io")]],
    ["https://registry-1.docker.io/v2/", [hub("https://registry-1.docker.io/v2/")]],
    ["https://index.docker.io/v1", [hub("https://index.docker.io/v1")]],
    ["docker.io/my-org", []],
    [`${HOST}/v2/`, []],
    [`https://${HOST}/v1/`, []],
    [`${HOST}/group`, [part(`${HOST}/group`)]],
    [`https://${HOST}:5050/group/app`, [part(`https://${HOST}:5050/group/app`)]],
  ])("%s", (key, expected) => {
    expect(inDockers({ auths: { [key]: me } })).toEqual(expected);
  });

  test("a part is where it belongs in podman's file, and is not in helm's", () => {
    const config = { auths: { [`${HOST}/group`]: me, "docker.io": me } };
    const podman = [fileAt(RUNTIMES, config)];
    expect(found({ podman, skopeo: podman })).toEqual([]);
    expect(found({ helm: fileAt(HELMS, config) }).map(([code]) => code)).toContain(
      "part-of-registry",
    );
  });
});

describe("expired", () => {
  // The time is 2026-01-02T03:04:05Z.
  const at = (text: string) => Date.parse(text) / 1000;
  const jwt = (exp: unknown) => tokenWith({ exp });
  const ended = (time: string) => [
    "expired",
    `${DOCKERS}: the token of ${HOST} has ended at ${time}`,
    "log in again: berth ci-env renews the job's own",
  ];

  test.each<[string, string, unknown]>([
    [
      "a token that has ended",
      jwt(at("2026-01-02T03:04:04Z")),
      [ended("2026-01-02T03:04:04.000Z")],
    ],
    ["one that ends now", jwt(at("2026-01-02T03:04:05Z")), [ended("2026-01-02T03:04:05.000Z")]],
    ["one that ends later", jwt(at("2026-01-02T03:04:06Z")), []],
    ["one that does not say when", tokenWith({ sub: "me" }), []],
    ["one that says it in words", jwt("2020-01-01"), []],
    ["one that ends when no calendar does", jwt(1e300), []],
    ["one that ended before any calendar", jwt(-1e300), []],
    ["one of the form of three parts, and nothing in them", "a.b.c", []],
    ["no token of that form", "hunter2", []],
  ])("%s", (_, token, expected) => {
    expect(inDockers({ auths: { [HOST]: login("me", token) } })).toEqual(expected);
  });

  test("wherever in an entry it is", () => {
    const token = new Secret(jwt(0));
    const entries = [
      { user: "", identityToken: token, from: DOCKERS },
      { user: "", registryToken: token, from: DOCKERS },
    ];
    for (const entry of entries)
      expect(inDockers({ auths: { [HOST]: entry } })).toEqual([ended("1970-01-01T00:00:00.000Z")]);
  });
});

describe("shared-token", () => {
  const shared = (user: string, key = HOST, path = DOCKERS) => [
    "shared-token",
    `${path}, which all jobs of this user share, has the token of a job for ${key} (${user})`,
    `docker logout ${key === HUB ? "" : key}`.trim(),
  ];
  const of = (user: string, token = "x", key = HOST) => ({ auths: { [key]: login(user, token) } });

  const inJob = (config: Config) =>
    found({ system: gitlab, env: gitlabJob, docker: fileAt(DOCKERS, config) });

  test.each<[string, Config, unknown]>([
    ["of GitLab's jobs", of("gitlab-ci-token"), [shared("gitlab-ci-token")]],
    ["of Google's", of("oauth2accesstoken"), [shared("oauth2accesstoken")]],
    ["of ECR's", of("AWS"), [shared("AWS")]],
    ["of Docker Hub", of("AWS", "x", HUB), [shared("AWS", HUB)]],
    ["of GitHub's jobs, by its form", of("octocat", "ghs_x"), [shared("octocat")]],
    ["not somebody's", of("me"), []],
    ["not a marker", { auths: { [HOST]: { ...inStore(), user: "AWS" } } }, []],
  ])("%s", (_, config, expected) => {
    expect(inJob(config)).toEqual(expected);
  });

  test("where no job is, as on somebody's own machine, it is usual: a note", () => {
    expect(inDockers(of("AWS"))).toEqual([
      [
        "shared-token (info)",
        `${DOCKERS} has a token of the kind that ends with a job, or in hours, for ${HOST} (AWS)`,
        `is it of a job that ran here? docker logout ${HOST}`,
      ],
    ]);
  });

  test("this job's own, whoever it is for", () => {
    const docker = fileAt(DOCKERS, of("deployer", gitlabJob.CI_JOB_TOKEN));
    expect(found({ system: gitlab, env: gitlabJob, docker })).toEqual([shared("deployer")]);
  });

  test("not in the berth, where it belongs, but in what the jobs share beside it", () => {
    const token = of("gitlab-ci-token", gitlabJob.CI_REGISTRY_PASSWORD);
    const env = { ...gitlabJob, ...evaluated };
    const ours = { system: gitlab, env, berth: berthOf(), ...berthFiles(token) };
    expect(found(ours)).toEqual([]);
    expect(found({ ...ours, shared: fileAt(DOCKERS, token) })).toEqual([shared("gitlab-ci-token")]);
  });

  test("not in a directory that the job has chosen for itself", () => {
    const docker = fileAt("/builds/app/.docker/config.json", of("gitlab-ci-token"));
    const env = { ...gitlabJob, DOCKER_CONFIG: "/builds/app/.docker" };
    expect(found({ system: gitlab, env, docker })).toEqual([]);
  });
});

describe("no-auth-file", () => {
  const named = noFileAt("/home/ci/none.json");
  const NOTE = [
    "no-auth-file (info)",
    "podman's variables name /home/ci/none.json, which is not there: buildah and older podmans fail",
    "unset REGISTRY_AUTH_FILE or DOCKER_CONFIG, or log in",
  ];
  test.each<[string, Parameters<typeof found>[0], unknown]>([
    ["the one file of podman's is not there", { podman: [named] }, [NOTE]],
    ["it is", { podman: [fileAt(RUNTIMES)] }, []],
    ["podman is not there", { podman: [named], hasPodman: false }, []],
    ["one of several is not there, as usual", { podman: [named, noFileAt(DOCKERS)] }, []],
    ["the variable leads past a berth, which is told", { podman: [named], berth: berthOf() }, []],
  ])("where %s", (_, parts, expected) => {
    expect(found({ hasPodman: true, ...parts })).toEqual(expected);
  });
});

test("buildx-scope: a note of each credential that buildx alone takes", () => {
  const at = (key: string) => `${BERTH}/buildx/config/${key}/config.json`;
  const buildx = new Map(
    [HOST, `${HOST}/group/app`].map((key) => [key, fileAt(at(key), { auths })]),
  );
  expect(found({ buildx })).toEqual(
    [HOST, `${HOST}/group/app`].map((key) => [
      "buildx-scope (info)",
      `buildx takes a credential of its own for ${key}: ${at(key)}`,
      "such as docker/login-action writes with scope:, or berth for HOST/GROUP",
    ]),
  );
});

test("what stands before a host in a key is not shown, because it may be a password", () => {
  const key = `https://me:hunter2@${HOST}/group`;
  const docker = fileAt(
    DOCKERS,
    { auths: { [key]: login("AWS", tokenWith({ exp: 0 })) }, credsStore: "pass" },
    { badAuths: [key] },
  );
  const lines = found({ docker, buildx: new Map([[key, docker]]) });
  expect(lines.map(([code]) => code)).toEqual([
    ...["bad-entry", "helper-missing", "part-of-registry", "expired"],
    ...["shared-token (info)", "buildx-scope (info)"],
  ]);
  expect(lines.flat().filter((text) => text.includes("hunter2"))).toEqual([]);
});

describe("hostile: whatever is in the files", () => {
  const hostile = fc.oneof(
    anyText,
    fc.constantFrom(
      ...["a\n::error::b", "##vso[task.complete]x", "\x1b[31mred", "\u202egnp", "a\r\n+++ b"],
    ),
  );

  test("it is not raw in what is said, and the secrets are not in it at all", () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (key, user, path) => {
        const token = "test-token-hunter2";
        const docker = fileAt(
          `/home/${path}/config.json`,
          {
            auths: { [key]: login(user || "me", token), [`${key}/x`]: login("AWS", token) },
            credHelpers: { [key]: user },
            credsStore: path,
          },
          { badAuths: [key], mode: 0o644 },
        );
        const buildx = new Map([[key, docker]]);
        for (const line of found({ docker, shared: docker, buildx }).flat()) {
          expect(forgeries(`  ${line}`)).toEqual([]);
          expect(line).not.toContain(token);
        }
      }),
    );
  });
});
