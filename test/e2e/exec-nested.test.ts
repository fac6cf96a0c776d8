import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { outputFile } from "fs-extra/esm";
import { authFile } from "../support/auth-file.ts";
import { ended, OWN, script } from "./support/exec.ts";
import { installLogins, later, shown } from "./support/logins.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { quoted } from "./support/shells.ts";

const JOB = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";
const NAME = "gitlab-1-<hash>";
const EVAL = 'eval "$(berth ci-env --quiet)"';
const WITHOUT_TOKEN = "env -u CI_REGISTRY_USER -u CI_REGISTRY_PASSWORD -u CI_JOB_TOKEN";
const SHOW = "logins.cjs";

const BASE = "base.example.com runner:base";
const MERGED = "merged.example.com deployer:merged";
const TOKEN = "registry.example.com gitlab-ci-token:token-1";
const ALL = [BASE, MERGED, TOKEN];

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("exec-nested");
  await installLogins(sandbox);
});

beforeEach(async () => {
  place = await sandbox.place();
  const file = join(place.home, ".docker", "config.json");
  await outputFile(file, authFile("base.example.com", "runner", "base"));
});

afterAll(() => sandbox?.remove());

/** A line that runs a script in a berth of its own. */
const exec = (text: string, before = ""): string =>
  `${before} berth exec --quiet -- sh -ec ${quoted(text)}`;

/** Runs a script in a job with DOCKER_AUTH_CONFIG. */
const run = (text: string, change = {}) => {
  const DOCKER_AUTH_CONFIG = authFile("merged.example.com", "deployer", "merged");
  return script(place, `set -e\n${text}`, { change: { DOCKER_AUTH_CONFIG, ...change } });
};

const done = (stdout: string, ...left: readonly string[]) => ({ ...ended(0, stdout), left });

describe("exec in exec", () => {
  test("has a berth of its own, each with all logins, which is gone before the outer one's", async () => {
    const count = 'ls "$(dirname "$DOCKER_CONFIG")" | wc -l | tr -d " "';
    const inner = exec(`${count}; ${SHOW}`);
    const text = exec(`${count}; ${exec(`${inner}; ${count}`)}; ${count}; ${SHOW}`);
    const all = shown(OWN, ALL);
    expect(await run(text)).toEqual(done(`1\n3\n${all}2\n1\n${all}`));
  });

  test("has what the outer one's command has logged in to, and keeps its own logins to itself", async () => {
    const text = exec(`
      log-in.cjs "$DOCKER_CONFIG/config.json" docker.example.com
      log-in.cjs "$REGISTRY_AUTH_FILE" podman.example.com
      ${exec(`log-in.cjs "$DOCKER_CONFIG/config.json" inner.example.com; ${SHOW}; ${exec(SHOW)}`)}
      ${SHOW}`);
    const [docker, podman] = [later("docker.example.com"), later("podman.example.com")];
    const inner = later("inner.example.com");
    expect(await run(text)).toEqual(
      done(
        shown(OWN, [...ALL, docker, inner], [...ALL, docker, podman]) +
          shown(OWN, [...ALL, docker, inner], [...ALL, docker, inner, podman]) +
          shown(OWN, [...ALL, docker], [...ALL, podman]),
      ),
    );
  });

  test("has the tokens of the outer one where it has none itself", async () => {
    expect(await run(exec(exec(SHOW, WITHOUT_TOKEN)))).toEqual(done(shown(OWN, ALL)));
  });

  test("takes a new token before the outer one's", async () => {
    const text = exec(exec(SHOW, "CI_REGISTRY_PASSWORD=new"));
    const renewed = "registry.example.com gitlab-ci-token:new";
    expect(await run(text)).toEqual(done(shown(OWN, [BASE, MERGED, renewed])));
  });

  test("starts from nothing with --no-inherit, but for the job's own logins", async () => {
    const text = exec(`berth exec --quiet --no-inherit -- ${SHOW}`);
    expect(await run(text)).toEqual(done(shown(OWN, [MERGED, TOKEN])));
  });

  test("has all that where only podman is pointed at the outer one", async () => {
    const text = `berth exec --quiet --clients containers -- sh -ec ${quoted(`
      log-in.cjs "$REGISTRY_AUTH_FILE" podman.example.com
      ${WITHOUT_TOKEN} berth exec --quiet --clients containers -- sh -c 'cat "$REGISTRY_AUTH_FILE"'`)}`;
    const { stdout, ...rest } = await run(text, { DOCKER_AUTH_CONFIG: undefined });
    expect(rest).toEqual({ exitCode: 0, stderr: "", left: [] });
    expect(Object.keys(JSON.parse(stdout).auths).sort()).toEqual([
      "base.example.com",
      "podman.example.com",
      "registry.example.com",
    ]);
  });
});

describe("exec in a shell that has evaluated the job's berth", () => {
  test("has all its logins, though DOCKER_AUTH_CONFIG is unset, the token gone, and there are later logins", async () => {
    const text = `${EVAL}; cd "$DOCKER_CONFIG"
      log-in.cjs config.json docker.example.com; log-in.cjs auth.json podman.example.com
      before=$(cat *.json | cksum)
      ${exec(`log-in.cjs "$DOCKER_CONFIG/config.json" inner.example.com; ${SHOW}`, WITHOUT_TOKEN)}
      ${WITHOUT_TOKEN} berth exec --quiet -- ${SHOW}
      [ "$before" = "$(cat *.json | cksum)" ] && ${SHOW}`;
    const [docker, podman] = [later("docker.example.com"), later("podman.example.com")];
    const all = [...ALL, docker, podman];
    expect(await run(text)).toEqual(
      done(
        shown(OWN, [...ALL, docker, later("inner.example.com")], all) +
          shown(OWN, [...ALL, docker], all) +
          shown(JOB, [...ALL, docker], [...ALL, podman]),
        NAME,
      ),
    );
  });

  test("has them where the berth lies in another place, which ci-env alone was told", async () => {
    const text = `mkdir other; eval "$(berth ci-env --quiet --tmp-dir other)"
      ${WITHOUT_TOKEN} berth exec --quiet -- ${SHOW}`;
    expect(await run(text)).toEqual(done(shown(OWN, ALL)));
  });

  test("has them in a later shell, which has none of its variables", async () => {
    const text = `(${EVAL}); unset DOCKER_AUTH_CONFIG; ${WITHOUT_TOKEN} berth exec --quiet -- ${SHOW}`;
    expect(await run(text)).toEqual(done(shown(OWN, ALL), NAME));
  });

  test("inherits what the user has named to ci-env", async () => {
    const base = join(place.folder, "base");
    await outputFile(join(base, "config.json"), authFile("named.example.com", "me", "named"));
    const change = { BERTH_DOCKER_CONFIG: base };
    const text = `${EVAL}; unset BERTH_DOCKER_CONFIG; berth exec --quiet -- ${SHOW}`;
    const named = "named.example.com me:named";
    expect(await run(text, change)).toEqual(done(shown(OWN, [MERGED, TOKEN, named]), NAME));
  });

  test("has no login of another job whose berth the shell has evaluated", async () => {
    const text = `eval "$(CI_JOB_ID=2 CI_REGISTRY=other.example.com CI_REGISTRY_IMAGE=other.example.com/x berth ci-env --quiet)"
      log-in.cjs "$DOCKER_CONFIG/config.json" docker.example.com
      berth exec --quiet -- ${SHOW}`;
    expect(await run(text)).toEqual(done(shown(OWN, [BASE, TOKEN]), "gitlab-2-<hash>"));
  });

  test("has the runner's logins where the berth that the variables name is gone", async () => {
    const text = `${EVAL}; berth cleanup --quiet; berth exec --quiet -- ${SHOW}`;
    expect(await run(text)).toEqual(done(shown(OWN, [BASE, TOKEN])));
  });

  // A process that lives longer than the one that started it, or a variable that was handed to a later step.
  test("has the runner's logins where the berth of a process is gone that they name", async () => {
    const text = `export $(berth exec --quiet -- env | grep -e ^DOCKER_CONFIG= -e ^WERF_DOCKER_CONFIG= -e ^REGISTRY_AUTH_FILE=)
      berth exec --quiet -- ${SHOW}; ${EVAL}; ${SHOW}`;
    const { stdout, ...rest } = await run(text, { DOCKER_AUTH_CONFIG: undefined });
    expect(rest).toEqual({ exitCode: 0, stderr: "", left: [NAME] });
    expect(stdout).toBe(shown(OWN, [BASE, TOKEN]) + shown(JOB, [BASE, TOKEN]));
  });
});
