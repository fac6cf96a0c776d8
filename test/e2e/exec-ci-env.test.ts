import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { outputFile } from "fs-extra/esm";
import { authFile } from "../support/auth-file.ts";
import { describeWith } from "../support/describe-with.ts";
import { githubJob } from "../support/job.ts";
import { ended, OWN, script } from "./support/exec.ts";
import { installLogins, later, shown } from "./support/logins.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { quoted } from "./support/shells.ts";

const JOB = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";
const NAME = "gitlab-1-<hash>";
const EVAL = 'eval "$(berth ci-env --quiet)"';
const UNSET = 'eval "$(berth ci-env --quiet --unset)"';
const SHOW = "logins.cjs";
const PLACES = `for it in DOCKER_CONFIG REGISTRY_AUTH_FILE HELM_REGISTRY_CONFIG WERF_DOCKER_CONFIG; do
  printenv "$it" || echo none
done`;
const OWN_REGISTRY = "printenv BERTH_REGISTRY || echo none";

const BASE = "base.example.com runner:base";
const TOKEN = "registry.example.com gitlab-ci-token:token-1";
const MERGED = "merged.example.com deployer:merged";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("exec-ci-env");
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

const run = (text: string, change = {}) => script(place, `set -e\n${text}`, { change });

const done = (stdout: string, ...left: readonly string[]) => ({ ...ended(0, stdout), left });

const places = (berth: string): string =>
  `${berth}\n${berth}/auth.json\n${berth}/config.json\n${berth}\n`;

const NONE = "none\n".repeat(4);

describe("ci-env in exec", () => {
  test("makes the job's own berth, with all that the command's has, which stays", async () => {
    const DOCKER_AUTH_CONFIG = authFile("merged.example.com", "deployer", "merged");
    const text = exec(`log-in.cjs "$DOCKER_CONFIG/config.json" later.example.com
      unset CI_REGISTRY_USER CI_REGISTRY_PASSWORD CI_JOB_TOKEN; ${EVAL}; ${PLACES}; ${SHOW}`);
    const all = shown(JOB, [BASE, MERGED, TOKEN, later("later.example.com")]);
    expect(await run(text, { DOCKER_AUTH_CONFIG })).toEqual(done(places(JOB) + all, NAME));
    expect(await run(`${EVAL}; ${SHOW}`)).toEqual(done(all, NAME));
    expect(await run("berth cleanup --quiet")).toEqual(done(""));
  });

  test("renews the job's own berth, where there is one already", async () => {
    const text = `${EVAL}; log-in.cjs "$DOCKER_CONFIG/config.json" outer.example.com
      ${exec(`${EVAL}; ${SHOW}`, "CI_REGISTRY_PASSWORD=new")}; ${SHOW}`;
    const renewed = "registry.example.com gitlab-ci-token:new";
    const all = shown(JOB, [BASE, renewed, later("outer.example.com")]);
    expect(await run(text)).toEqual(done(all + all, NAME));
  });

  test("and --unset after it lead back to the command's berth", async () => {
    const text = exec(`${EVAL}; ${UNSET}; ${PLACES}; ${SHOW}`);
    expect(await run(text)).toEqual(done(places(OWN) + shown(OWN, [BASE, TOKEN]), NAME));
  });

  test("leaves to the outer shell what was before the job's berth", async () => {
    const text = `${PLACES}; ${EVAL}; ${exec(EVAL)}; ${PLACES}; ${UNSET}; ${PLACES}`;
    expect(await run(text)).toEqual(done(NONE + places(JOB) + NONE, NAME));
  });

  test("at the same time in several runs makes one berth, whole", async () => {
    const line = exec(`${EVAL}; ${SHOW}`);
    const text = `for i in 1 2 3 4 5 6; do ${line} & done; wait`;
    expect(await run(text)).toEqual(done(shown(JOB, [BASE, TOKEN]).repeat(6), NAME));
  });
});

describe("ci-env --unset in exec", () => {
  test("leads back to what was before it: nothing", async () => {
    expect(await run(exec(`${UNSET}; ${PLACES}`))).toEqual(done(NONE));
  });

  test("leads back to what was before it: the job's berth", async () => {
    const text = `${EVAL}; ${exec(`${UNSET}; ${PLACES}; ${UNSET}; ${PLACES}`)}`;
    expect(await run(text)).toEqual(done(places(JOB) + NONE, NAME));
  });

  test("leads back to what was before it: the berth of the outer run", async () => {
    const text = exec(exec(`${UNSET}; ${PLACES}; ${UNSET}; ${PLACES}`));
    expect(await run(text)).toEqual(done(places(OWN) + NONE));
  });

  test("leads back to what was before it: what the user has set", async () => {
    const change = { DOCKER_CONFIG: "/mine", REGISTRY_AUTH_FILE: `${place.home}/a.json` };
    await outputFile(join(place.home, "a.json"), "{}");
    expect(await run(exec(`${UNSET}; ${PLACES}`), change)).toEqual(
      done("/mine\n<folder>/home/a.json\nnone\nnone\n"),
    );
  });

  test("leaves BERTH_REGISTRY and BERTH_IMAGE, which the outer berth has set", async () => {
    const text = `${EVAL}; ${exec(`${UNSET}; ${OWN_REGISTRY}`)}; ${exec(exec(`${UNSET}; ${OWN_REGISTRY}`))}`;
    expect(await run(text)).toEqual(done("registry.example.com\n".repeat(2), NAME));
  });
});

test("of GitHub: a step that does not pass the token has the one of an earlier step", async () => {
  const gitlab = Object.keys(place.job()).map((name) => [name, undefined]);
  const github = githubJob(place, { id: 1, host: "", project: "Group/App", token: "t" });
  const change = { ...Object.fromEntries(gitlab), ...place.env, ...github };
  const name = "github-1-1-test-<hash>";
  expect(await run(EVAL, change)).toEqual(done("", name));
  expect(await run(exec(SHOW), { ...change, GITHUB_TOKEN: undefined })).toEqual(
    done(
      shown("<folder>/tmp/berth-<uid>/github-1-1-test-<hash>.exec-<random>", [
        BASE,
        "containers.github.example.com octocat:t",
      ]),
      name,
    ),
  );
});

describeWith(["docker"], "docker in exec", () => {
  // The context is a file of the outer berth, the choice of it is in the config.
  test("has the context that was made and chosen in the job's berth", async () => {
    const text = `${EVAL}; docker context create there --docker host=tcp://127.0.0.1:1 > /dev/null 2>&1
      docker context use there > /dev/null 2>&1
      show() { docker context inspect --format '{{.Name}} {{.Endpoints.docker.Host}}'; }
      show; ${exec("docker context inspect --format '{{.Name}} {{.Endpoints.docker.Host}}'")}`;
    expect(await run(text)).toEqual(done("there tcp://127.0.0.1:1\n".repeat(2), NAME));
  });
});

test("of builders, those alone that the command has made are told of as left", async () => {
  const make = (name: string) => `echo {} > "$DOCKER_CONFIG/buildx/instances/${name}"`;
  const text = `${EVAL}; mkdir -p "$DOCKER_CONFIG/buildx/instances"; ${make("outer")}
    ${exec(make("inner"))}; ${exec("true")}`;
  const told =
    "berth: left with the Docker daemon: builder inner (remove it before: docker buildx rm)\n";
  expect(await run(text)).toEqual({ ...done("", NAME), stderr: told });
});
