import { chmod, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { outputFile, outputJson } from "fs-extra/esm";
import { tokenWith } from "../fixtures/unsigned-token.ts";
import { describeWith } from "../support/describe-with.ts";
import type { JobEnv } from "../support/job.ts";
import { leaksIn } from "../support/leaks.ts";
import { registry } from "../support/registries/behaviour.ts";
import { type Registries, startRegistries } from "../support/registries/registries.ts";
import { auth, makeSandbox, type Outcome, type Place, type Sandbox } from "./support/sandbox.ts";
import { quoted } from "./support/shells.ts";

const HOST = "registry.example.com";
const OTHER = "other.example.com";
const HUB = "https://index.docker.io/v1/";
const TOKEN = "test-token-of-the-job";
const SHARED = "test-token-of-the-runner";
const SECRETS = [TOKEN, SHARED];

let sandbox: Sandbox;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("doctor");
});
afterAll(() => sandbox?.remove());
beforeEach(async () => {
  place = await sandbox.place();
});

const jobOf = (change: Readonly<Record<string, string | undefined>> = {}): JobEnv =>
  place.job({ CI_REGISTRY_PASSWORD: TOKEN, CI_JOB_TOKEN: TOKEN, ...change });

const doctor = async (env: JobEnv, ...args: readonly string[]): Promise<Outcome> => {
  const run = await place.berth(["doctor", ...args], env);
  expect(leaksIn(run.stdout + run.stderr, SECRETS)).toEqual([]);
  return run;
};

const inJson = async (env: JobEnv, ...args: readonly string[]) => {
  const { stdout, ...rest } = await doctor(env, "--format", "json", ...args);
  return { ...rest, json: JSON.parse(stdout) };
};

/** A file of the home, for its owner alone. */
const put = (path: string, content: unknown, mode = 0o600) =>
  typeof content === "string"
    ? outputFile(join(place.home, path), content, { mode })
    : outputJson(join(place.home, path), content, { mode });

const DOCKERS = ".docker/config.json";
const login = (user: string, password = SHARED) => ({ auth: auth(user, password) });
const logins = (...hosts: readonly string[]) => ({
  auths: Object.fromEntries(hosts.map((host) => [host, login("runner")])),
});

/** The environment of a shell that has evaluated what `berth ci-env` prints. */
const evaluated = async (env: JobEnv, ...args: readonly string[]): Promise<JobEnv> => {
  const words = ["berth", "ci-env", "--quiet", ...args].map(quoted).join(" ");
  const script = `eval "$(${words})"; exec ${quoted(process.execPath)} -p 'JSON.stringify(process.env)'`;
  const { stdout } = await execa("sh", ["-c", script], {
    cwd: place.folder,
    env,
    extendEnv: false,
  });
  return JSON.parse(stdout);
};

const BERTH = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";
const CONFIG = "<folder>/home/.docker/config.json";

describe("the whole, for programs", () => {
  const CLIENTS = ["docker", "buildx", "podman, buildah", "skopeo", "helm"];
  const found = (client: string, user: string, key: string, from: string) => ({
    ...{ client, found: true, user, key, from, why: "auths" },
  });
  const none = (client: string) => ({
    ...{ client, found: false, why: "nothing has a credential for it" },
  });

  test("outside of CI, where there is nothing", async () => {
    expect(await inJson(place.env)).toEqual({
      ...{ exitCode: 0, stderr: "" },
      json: {
        noJob: "no CI system found: no variable of one that berth knows is set",
        ...{ docker: CONFIG, registries: [], findings: [] },
      },
    });
  });

  test("outside of CI, all that docker has a credential for", async () => {
    await put(DOCKERS, { ...logins(HUB, OTHER), credHelpers: { "gcr.io": "none" } });
    const at = (key: string) => CLIENTS.map((client) => found(client, "runner", key, CONFIG));
    expect(await inJson(place.env)).toEqual({
      ...{ exitCode: 1, stderr: "" },
      json: {
        noJob: "no CI system found: no variable of one that berth knows is set",
        docker: CONFIG,
        registries: [
          {
            ...{ name: "docker.io", host: "docker.io" },
            clients: at(HUB).map((use) =>
              /podman|skopeo/.test(use.client) ? { ...use, why: "auths, by its host" } : use,
            ),
          },
          { name: OTHER, host: OTHER, clients: at(OTHER) },
          {
            ...{ name: "gcr.io", host: "gcr.io" },
            clients: CLIENTS.map((client) => ({
              ...{ client, found: true, helper: "none", from: CONFIG, why: "credHelpers" },
            })),
          },
        ],
        findings: [
          {
            ...{ level: "warning", code: "helper-missing" },
            text: `${CONFIG} names docker-credential-none, which is not on PATH: Docker 29 and others fail, where earlier ones look into the file`,
            hint: "install it, or take it out of the file",
          },
        ],
      },
    });
  });

  test("in a job without a berth", async () => {
    expect(await inJson(jobOf())).toEqual({
      ...{ exitCode: 1, stderr: "" },
      json: {
        ...{ system: "gitlab", job: "1", detectedBy: ["GITLAB_CI"], docker: CONFIG },
        registries: [
          {
            ...{ name: `${HOST}/g/p`, host: HOST, repository: "g/p" },
            clients: CLIENTS.map(none),
          },
        ],
        findings: [
          {
            ...{ level: "warning", code: "no-berth" },
            text: "the job has no berth: its clients do not use its credentials",
            hint: 'eval "$(berth ci-env)"',
          },
        ],
      },
    });
  });

  test("in a job with its berth", async () => {
    const env = await evaluated(jobOf());
    const use = (client: string, file: string) =>
      found(client, "gitlab-ci-token", HOST, `${BERTH}/${file}`);
    expect(await inJson(env, `${HOST}/g/p:1`, OTHER)).toEqual({
      ...{ exitCode: 0, stderr: "" },
      json: {
        ...{ system: "gitlab", job: "1", detectedBy: ["GITLAB_CI"] },
        ...{ berth: BERTH, docker: `${BERTH}/config.json` },
        registries: [
          {
            ...{ name: `${HOST}/g/p:1`, host: HOST, repository: "g/p", reference: "1" },
            clients: [
              use("docker", "config.json"),
              use("buildx", "config.json"),
              use("podman, buildah", "auth.json"),
              use("skopeo", "auth.json"),
              use("helm", "config.json"),
            ],
          },
          { name: OTHER, host: OTHER, clients: CLIENTS.map(none) },
        ],
        findings: [],
      },
    });
  });

  test("with the registries that the job has logged in to, where none is named", async () => {
    const registry = `${OTHER},username-env=R_USER,password-env=R_TOKEN`;
    const env = await evaluated(jobOf({ R_USER: "me", R_TOKEN: TOKEN }), "--registry", registry);
    const { json } = await inJson(env);
    expect(json.registries.map(({ name }: { readonly name: string }) => name)).toEqual([
      `${HOST}/g/p`,
      OTHER,
    ]);
  });
});

describe("the whole, for people", () => {
  test("outside of CI, where there is nothing", async () => {
    expect(await doctor(place.env)).toEqual({
      exitCode: 0,
      stdout: [
        "  ci         none: no CI system found: no variable of one that berth knows is set",
        "  berth      none in this job",
        `  docker     ${CONFIG}, which is not there`,
        "  registries none here: name one, berth doctor HOST",
        "",
        "  no problem is found",
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  test("in a job without a berth, on a runner with logins of its own", async () => {
    await put(DOCKERS, logins(HUB));
    expect(await doctor(jobOf(), HOST, "alpine:3")).toEqual({
      exitCode: 1,
      stdout: [
        "  ci         GitLab CI job 1, by GITLAB_CI",
        "  berth      none in this job",
        `  docker     ${CONFIG}`,
        "",
        HOST,
        "  docker, buildx, podman, buildah, skopeo, helm  none  nothing has a credential for it",
        "",
        "docker.io/library/alpine:3",
        `  docker, buildx, helm     runner  ${CONFIG}  auths`,
        `  podman, buildah, skopeo  runner  ${CONFIG}  auths, by its host`,
        "",
        "  warning    the job has no berth: its clients do not use its credentials",
        '             eval "$(berth ci-env)"',
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  test("in a job with its berth", async () => {
    const env = await evaluated(jobOf());
    expect(await doctor(env)).toEqual({
      exitCode: 0,
      stdout: [
        "  ci         GitLab CI job 1, by GITLAB_CI",
        `  berth      ${BERTH}`,
        `  docker     ${BERTH}/config.json`,
        "",
        `${HOST}/g/p`,
        "  docker, buildx, helm     gitlab-ci-token  the berth's config.json  auths",
        "  podman, buildah, skopeo  gitlab-ci-token  the berth's auth.json    auths",
        "",
        "  no problem is found",
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  test("quiet: what is wrong, or nothing", async () => {
    expect(await doctor(place.env, "--quiet")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await doctor(jobOf(), "--quiet")).toEqual({
      exitCode: 1,
      stdout: [
        "  warning    the job has no berth: its clients do not use its credentials",
        '             eval "$(berth ci-env)"',
        "",
      ].join("\n"),
      stderr: "",
    });
  });
});

describe("each finding, by real means", () => {
  /** What is wrong, or to be known, in a shell with these variables. */
  const findings = async (env: JobEnv, ...args: readonly string[]) => {
    const { exitCode, json } = await inJson(env, ...args);
    return { exitCode, findings: json.findings };
  };
  const warning = (code: string, text: string, hint: string) => ({
    ...{ level: "warning", code, text, hint },
  });
  const note = (code: string, text: string, hint: string) => ({
    ...{ level: "info", code, text, hint },
  });
  const wrong = (...all: readonly unknown[]) => ({ exitCode: 1, findings: all });
  const EVALUATE = 'evaluate it here: eval "$(berth ci-env)"';

  test("not-evaluated", async () => {
    await evaluated(jobOf());
    const text = "the job has a berth, and this shell does not use it";
    expect(await findings(jobOf())).toEqual(wrong(warning("not-evaluated", text, EVALUATE)));
  });

  test("bypass", async () => {
    const env = await evaluated(jobOf());
    const { HELM_REGISTRY_CONFIG: _, ...others } = env;
    const rest = { ...others, REGISTRY_AUTH_FILE: "/home/auth.json" };
    const past = "and so leads past the job's berth";
    expect(await findings(rest)).toEqual(
      wrong(
        warning("bypass", `REGISTRY_AUTH_FILE is /home/auth.json, ${past}`, EVALUATE),
        warning("bypass", `HELM_REGISTRY_CONFIG is not set, ${past}`, EVALUATE),
      ),
    );
  });

  test("docker-auth-config", async () => {
    const env = await evaluated(jobOf());
    const DOCKER_AUTH_CONFIG = JSON.stringify(logins(OTHER));
    expect(await findings({ ...env, DOCKER_AUTH_CONFIG })).toEqual(
      wrong(
        warning(
          "docker-auth-config",
          `DOCKER_AUTH_CONFIG is set, and Docker 28.3 and later prefer it to the berth: ${OTHER}`,
          "unset it; berth ci-env before that takes what it holds into the berth",
        ),
      ),
    );
  });

  test("and none of these in a job whose shell does as berth says", async () => {
    await put(DOCKERS, logins(HUB));
    const DOCKER_AUTH_CONFIG = JSON.stringify(logins(OTHER));
    const env = await evaluated(jobOf({ DOCKER_AUTH_CONFIG }));
    expect(await findings(env)).toEqual({ exitCode: 0, findings: [] });
  });

  test("no-credential", async () => {
    expect(await findings(jobOf({ CI_REGISTRY_PASSWORD: "", CI_JOB_TOKEN: "" }))).toEqual(
      wrong(
        warning(
          "no-credential",
          "CI_REGISTRY_USER is left out: CI_REGISTRY_PASSWORD is not set",
          "is the variable protected, and this branch or tag is not? (Settings › CI/CD › Variables)",
        ),
        warning(
          "no-credential",
          "no login: neither CI_REGISTRY_PASSWORD nor CI_JOB_TOKEN is set",
          "GitLab sets both in every job; does the job run in a container that they are not passed to?",
        ),
      ),
    );
  });

  describe("outside of CI", () => {
    test.each<[string, unknown, string]>([
      ["no JSON", "{", "is not valid JSON"],
      ["nothing", "", "is empty"],
      [
        "what Docker has another type for",
        { auths: {}, credsStore: 1 },
        'cannot be read by Docker: "credsStore" must be a string',
      ],
    ])("broken-config: %s", async (_, content, problem) => {
      await put(DOCKERS, content);
      expect(await findings(place.env)).toEqual(
        wrong(warning("broken-config", `${CONFIG} ${problem}`, "correct it, or log in anew")),
      );
    });

    test("broken-config: DOCKER_AUTH_CONFIG", async () => {
      expect(await findings({ ...place.env, DOCKER_AUTH_CONFIG: "config.json" })).toEqual(
        wrong(
          warning("broken-config", "DOCKER_AUTH_CONFIG is no JSON", "correct it, or log in anew"),
        ),
      );
    });

    test("bad-entry", async () => {
      await put(DOCKERS, { auths: { [OTHER]: { auth: "!" } } });
      expect(await findings(place.env)).toEqual(
        wrong(
          warning(
            "bad-entry",
            `${CONFIG}: the entry of ${OTHER} is no credential that Docker can read, which voids the whole file at times`,
            `docker logout ${OTHER}, or correct it`,
          ),
        ),
      );
    });

    test("readable", async () => {
      await put(DOCKERS, logins(OTHER));
      await chmod(join(place.home, DOCKERS), 0o644);
      expect(await findings(place.env)).toEqual(
        wrong(
          warning(
            "readable",
            `${CONFIG} has credentials, and can be read by other users (644)`,
            `chmod 600 ${CONFIG}`,
          ),
        ),
      );
    });

    test("shadowed, and a store that is there", async () => {
      await put(DOCKERS, { ...logins(OTHER), credsStore: "test" });
      await outputFile(join(place.folder, "bin/docker-credential-test"), "#!/bin/sh\n", {
        mode: 0o755,
      });
      const env = { ...place.env, PATH: `${place.env["PATH"]}:${place.folder}/bin` };
      expect(await findings(env)).toEqual(
        wrong(
          warning(
            "shadowed",
            `${CONFIG}: Docker does not look at the credential of ${OTHER}, because it asks docker-credential-test`,
            "log in again, or take the helper out of the file",
          ),
        ),
      );
    });

    test("hub-key", async () => {
      await put(DOCKERS, logins("docker.io"));
      expect(await findings(place.env)).toEqual(
        wrong(
          warning(
            "hub-key",
            `${CONFIG}: Docker does not find the credential of Docker Hub under docker.io`,
            `its key is ${HUB}`,
          ),
        ),
      );
    });

    test("part-of-registry", async () => {
      await put(DOCKERS, logins(`${OTHER}/group`));
      expect(await findings(place.env)).toEqual(
        wrong(
          warning(
            "part-of-registry",
            `${CONFIG}: ${OTHER}/group is a part of a registry, which Docker takes for the whole`,
            "put it into auth.json, where podman and its relatives tell parts apart, or give berth HOST/GROUP",
          ),
        ),
      );
    });

    test("expired", async () => {
      const token = tokenWith({ exp: 1_600_000_000 });
      await put("../run/containers/auth.json", { auths: { [OTHER]: login("me", token) } });
      expect(await findings(place.env)).toEqual(
        wrong(
          warning(
            "expired",
            `<folder>/run/containers/auth.json: the token of ${OTHER} has ended at 2020-09-13T12:26:40.000Z`,
            "log in again: berth ci-env renews the job's own",
          ),
        ),
      );
    });

    test("buildx-scope", async () => {
      const path = `.docker/buildx/config/${OTHER}/group/app/config.json`;
      await put(path, logins(OTHER));
      expect(await findings(place.env, `${OTHER}/group/app:1`)).toEqual({
        exitCode: 0,
        findings: [
          note(
            "buildx-scope",
            `buildx takes a credential of its own for ${OTHER}/group/app: <folder>/home/${path}`,
            "such as docker/login-action writes with scope:, or berth for HOST/GROUP",
          ),
        ],
      });
    });
  });

  test("shared-token: what another job has left in the runner's config", async () => {
    await put(DOCKERS, { auths: { [HOST]: login("gitlab-ci-token") } });
    const env = await evaluated(jobOf());
    expect(await findings(env)).toEqual(
      wrong(
        warning(
          "shared-token",
          `${CONFIG}, which all jobs of this user share, has the token of a job for ${HOST} (gitlab-ci-token)`,
          `docker logout ${HOST}`,
        ),
      ),
    );
  });

  test("forgotten", async () => {
    await evaluated(jobOf());
    const env = await evaluated(jobOf({ CI_JOB_ID: "2" }));
    const { stdout } = await execa("ls", [place.root]);
    const names = stdout.split("\n").filter((name) => name.startsWith("gitlab-1-"));
    for (const name of names) {
      const old = new Date(Date.now() - 50 * 3600e3);
      for (const file of ["berth.json", "config.json", "auth.json", "."])
        await utimes(join(place.root, name, file), old, old);
    }
    expect(await findings(env)).toEqual({
      exitCode: 0,
      findings: [
        note("forgotten", `1 berth of jobs that were killed: ${BERTH}`, "berth cleanup --stale"),
      ],
    });
  });
});

describe("a helper of the runner's own", () => {
  const withHelper = async (): Promise<JobEnv> => {
    const answer = JSON.stringify({ ServerURL: OTHER, Username: "kept", Secret: SHARED });
    const helper = join(place.folder, "bin/docker-credential-test");
    await outputFile(helper, `#!/bin/sh\nprintf '%s' '${answer}'\n`, { mode: 0o755 });
    return jobOf({ PATH: `${place.env["PATH"]}:${place.folder}/bin` });
  };

  test.each<[string, unknown]>([
    ["a store", { auths: { [OTHER]: {} }, credsStore: "test" }],
    ["a helper", { credHelpers: { [OTHER]: "test" } }],
  ])("that is on PATH is not missing in a job with a berth: %s", async (_, config) => {
    await put(DOCKERS, config);
    const env = await evaluated(await withHelper());
    const { json } = await inJson(env, OTHER);
    expect(json.findings).toEqual([]);
    expect(json.registries[0].clients[0]).toEqual({
      ...{ client: "docker", found: true, helper: "test", why: "credHelpers" },
      from: `${BERTH}/config.json`,
    });
  });

  test.each([
    ["a store of which nobody says what it has", ".docker/config.json"],
    ["one that buildx alone asks", `.docker/buildx/config/${OTHER}/config.json`],
  ])("nor is it where the berth does not name it: %s", async (_, path) => {
    await put(path, { credsStore: "test" });
    const env = {
      ...(await evaluated(await withHelper())),
      BUILDX_CONFIG: join(place.home, ".docker/buildx"),
    };
    const { json } = await inJson(env, OTHER);
    expect(
      json.findings.filter(({ level }: { readonly level: string }) => level !== "info"),
    ).toEqual([]);
  });
});

describe("--store helper", () => {
  test("is what each client asks, and nothing is wrong with that", async () => {
    const env = await evaluated(jobOf(), "--store", "helper");
    const { exitCode, stdout } = await doctor(env);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: [
        "  ci         GitLab CI job 1, by GITLAB_CI",
        `  berth      ${BERTH}`,
        `  docker     ${BERTH}/config.json`,
        "",
        `${HOST}/g/p`,
        "  docker, buildx, helm     docker-credential-berth  the berth's config.json  credHelpers",
        "  podman, buildah, skopeo  docker-credential-berth  the berth's auth.json    credHelpers",
        "",
        "  no problem is found",
        "",
      ].join("\n"),
    });
  });

  test("and DOCKER_AUTH_CONFIG, which stays set, is no finding there", async () => {
    const DOCKER_AUTH_CONFIG = JSON.stringify(logins(OTHER));
    const env = await evaluated(jobOf({ DOCKER_AUTH_CONFIG }), "--store", "helper");
    expect((await inJson(env)).json.findings).toEqual([]);
  });

  test("but that its helper is not on PATH any more is", async () => {
    const env = await evaluated(jobOf(), "--store", "helper");
    const { exitCode, json } = await inJson({ ...env, PATH: process.env["PATH"] ?? "" });
    expect([exitCode, json.findings.map(({ code }: { readonly code: string }) => code)]).toEqual([
      ...[1, expect.arrayContaining(["helper-missing"])],
    ]);
  });
});

describe("what is named, and where it looks when nothing is", () => {
  const names = async (env: JobEnv, ...args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await doctor(env, "--format", "json", ...args);
    const { registries = [] } = stdout ? JSON.parse(stdout) : {};
    return [exitCode, registries.map(({ name }: { readonly name: string }) => name), stderr];
  };

  test("several, each as it was meant", async () => {
    expect(
      await names(place.env, OTHER, `${OTHER}/group/app`, "alpine", "localhost:5000/x:1"),
    ).toEqual([
      0,
      [OTHER, `${OTHER}/group/app`, "docker.io/library/alpine", "localhost:5000/x:1"],
      "",
    ]);
  });

  test("in a system that is named", async () => {
    expect(await names(jobOf(), "gitlab", OTHER)).toEqual([1, [OTHER], ""]);
    expect(await names({ ...place.env, BERTH_JOB_ID: "1" }, "generic", OTHER)).toEqual([
      0,
      [OTHER],
      "",
    ]);
  });

  test("in a job's variables from a file", async () => {
    const lines = Object.entries(jobOf()).filter(([name]) => /^(?:CI|GITLAB)/.test(name));
    const file = join(place.folder, "job.env");
    await outputFile(file, lines.map(([name, value]) => `${name}=${value}\n`).join(""));
    expect(await names(place.env, "--env-file", file)).toEqual([1, [`${HOST}/g/p`], ""]);
  });

  test.each([
    ["a key of an image that no image can have", { "r.example/Group": login("me") }],
    ["an empty key", { "": login("me") }],
    ["a key with a blank", { "r example": login("me") }],
    ["a key with a user and a password", { [`https://me:${SHARED}@r.example`]: login("me") }],
    ["a key that is no host", { "*.example": login("me") }],
  ])("%s in docker's config does not keep it from looking", async (_, auths) => {
    await put(DOCKERS, { auths: { ...auths, [OTHER]: login("me") } });
    const [exitCode, found, stderr] = await names(place.env);
    expect([exitCode === 2, found, stderr]).toEqual([false, expect.arrayContaining([OTHER]), ""]);
  });

  test("Docker Hub's own keys, of which there are three, are one", async () => {
    await put(DOCKERS, logins(HUB, `${HUB}access-token`, `${HUB}refresh-token`, "berth.invalid"));
    expect(await names(place.env)).toEqual([0, ["docker.io"], ""]);
  });
});

describe("wrong use", () => {
  test.each([
    ["what is no image", ["Nothing Here"], "what is given is neither an image nor a registry"],
    ["a format that it does not know", ["--format", "xml"], '--format: "xml" is not one of them'],
    ["an option that it does not know", ["--chek"], "unknown option --chek"],
  ])("%s", async (_, args, said) => {
    const { exitCode, stdout, stderr } = await doctor(place.env, ...args);
    expect([exitCode, stdout, stderr.includes(said)]).toEqual([2, "", true]);
    expect(stderr).toMatch(/^berth: error: .*\(BERTH_USAGE\)\n {2}hint {7}/);
  });

  test("a token in the place of a name is not shown", async () => {
    const { exitCode, stdout, stderr } = await doctor(place.env, `me:${SHARED}@Other`);
    expect([exitCode, stdout, stderr.includes("token")]).toEqual([2, "", false]);
  });

  test("a system that is not this one's is told of, and what there is is shown all the same", async () => {
    const { exitCode, stdout } = await doctor(jobOf(), "github", OTHER);
    expect([exitCode, stdout.split("\n")[0]]).toEqual([
      1,
      "  ci         none: this is a job of GitLab CI, not of GitHub Actions",
    ]);
  });
});

describe("it writes nothing", () => {
  test("into the home, the temp directory or the berth", async () => {
    await put(DOCKERS, logins(HUB, OTHER));
    const env = await evaluated(jobOf());
    const list = async () =>
      (await execa("find", [place.folder, "-type", "f", "-printf", "%p %T@ %m\n"])).stdout;
    const before = await list();
    await doctor(env);
    await doctor(env, "--format", "json", OTHER);
    expect(await list()).toBe(before);
  });
});

describeWith(["script", "openssl"], "on a terminal", () => {
  const NAME = "r.example.test/g/p:1";
  let registries: Registries;
  beforeAll(async () => {
    registries = await startRegistries();
  });
  afterAll(() => registries?.stop());

  /** What is seen where both outputs are a terminal, and the status. */
  const onTerminal = async (line: string, change: JobEnv = {}) => {
    const args = ["--quiet", "--return", "--command", line, "/dev/null"];
    const env = { ...place.env, ...registries.env, TERM: "xterm", ...change };
    const run = await place.run(["script", ...args], env);
    return { exitCode: run.exitCode, seen: run.stdout };
  };
  const CHECK = `berth doctor --check ${NAME}`;

  test("it is told what is waited for, on one line that is gone in the end", async () => {
    registries.set("r.example.test", async (received) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return registry({ login: "none" })(received);
    });
    const { exitCode, seen } = await onTerminal(CHECK);
    expect(exitCode).toBe(0);
    expect(seen).toContain(`berth: asking ${NAME}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const left = seen.replace(/^.*\r\x1b\[K/s, "");
    expect(left).toContain(NAME);
    expect(left).not.toContain("asking");
    expect(left).toContain("\x1b[");
  });

  test("without colours, where NO_COLOR asks for that", async () => {
    registries.set("r.example.test", registry({ login: "none" }));
    const { seen } = await onTerminal(CHECK, { NO_COLOR: "1" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(seen.replace(/\r\x1b\[K/g, "")).not.toContain("\x1b");
  });

  test("quiet: without a word", async () => {
    registries.set("r.example.test", registry({ login: "none" }));
    expect(await onTerminal(`${CHECK} --quiet`)).toEqual({ exitCode: 0, seen: "" });
  });

  test("no colours go into a file or a pipe, though the terminal shows what is said besides", async () => {
    registries.set("r.example.test", registry({ login: "none" }));
    await onTerminal(`${CHECK} > out; ${CHECK} | cat > piped`);
    for (const file of ["out", "piped"]) {
      const text = await readFile(join(place.folder, file), "utf8");
      expect([file, text.includes(NAME), text.includes("\x1b")]).toEqual([file, true, false]);
    }
  });
});
