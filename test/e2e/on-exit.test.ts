import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { describeWith } from "../support/describe-with.ts";
import { type Dialect, dialects } from "./support/dialects.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

const BERTH = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";
const REMOVED = `berth: removed ${BERTH}\n`;
const CI_ENV = "berth ci-env --cleanup-on-exit 2>/dev/null";
const EVALUATE = `eval "$(${CI_ENV})"`;

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("on-exit");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

/** Runs a script, and tells also which berths are left. */
const run = async (
  shell: readonly string[],
  script: string,
  change: Parameters<Place["job"]>[0] = {},
) => {
  await writeFile(join(place.folder, "job.sh"), `${script}\n`);
  const outcome = await place.run([...shell, "job.sh"], place.job(change));
  const left = await readdir(place.root).catch(() => []);
  return { ...outcome, left: left.map(place.mask) };
};

const sh = (script: string, change?: Parameters<Place["job"]>[0]) => run(["sh"], script, change);

const ended = (exitCode: number, stdout: string, stderr = REMOVED) => ({
  ...{ exitCode, stdout, stderr, left: [] },
});

const HOSTILE = "it's  $HOME `x` * é";

const inAShell = ({ command, before, evaluate }: Dialect) => {
  test("a trap of the job runs without the berth, in the variables of before; berth is not looked for on PATH", async () => {
    const path = join(place.folder, HOSTILE);
    await mkdir(path);
    const script = `${before}
      tell() { echo "$? \${DOCKER_CONFIG-unset}, \${REGISTRY_AUTH_FILE-unset}, \${BERTH_IMAGE-unset}"; }
      trap 'tell; [ -e "$berth" ] || echo gone' EXIT
      ${evaluate(CI_ENV)}
      berth=$DOCKER_CONFIG
      [ -s "$berth/config.json" ] && echo there
      PATH=/nowhere
      false`;
    expect(await run(command, script, { DOCKER_CONFIG: path, BERTH_TMP_DIR: path })).toEqual(
      ended(
        1,
        `there\n1 <folder>/${HOSTILE}, unset, unset\ngone\n`,
        REMOVED.replace("tmp", HOSTILE),
      ),
    );
  });
};

const inAFunction = ({ command, before, evaluate }: Dialect) => {
  test("evaluated in a function it stays until the shell ends", async () => {
    const script = `${before}
      get() { ${evaluate(CI_ENV)}; }
      get
      [ -s "$DOCKER_CONFIG/config.json" ] && echo there
      exit 3`;
    expect(await run(command, script)).toEqual(ended(3, "there\n"));
  });
};

const withTraps = dialects.filter(({ shell }) => shell.readFile !== undefined);

for (const dialect of withTraps) {
  describeWith([dialect.program], dialect.name, () => {
    inAShell(dialect);
    // Once in each shell.
    if (dialect.name.includes('"')) inAFunction(dialect);
  });
}

describe("evaluated twice", () => {
  test("the second time renews the berth; at the end it is removed once, and the variables are those of before", async () => {
    const script = `trap 'echo "$? \${DOCKER_CONFIG-unset}"' EXIT
      ${EVALUATE}; one=$DOCKER_CONFIG
      CI_REGISTRY_PASSWORD=two; ${EVALUATE}
      [ "$DOCKER_CONFIG" = "$one" ] && node -p 'require(process.env.REGISTRY_AUTH_FILE).auths["registry.example.com"].auth'`;
    const token = Buffer.from("gitlab-ci-token:two").toString("base64");
    expect(await sh(script)).toEqual(ended(0, `${token}\n0 unset\n`));
  });

  test("where the traps cannot be written to a file, the job goes on, and the berth is removed", async () => {
    const script = `${EVALUATE}; file=$DOCKER_CONFIG/traps.$$
      rm -f "$file"; mkdir "$file"; ${EVALUATE} 2>/dev/null; echo on; exit 3`;
    expect(await sh(script)).toEqual(ended(3, "on\n"));
  });

  test("in a subshell that ends, it is gone for the shell around it, whose end is as it would be", async () => {
    const script = `${EVALUATE}; ( ${EVALUATE} ); [ -e "$DOCKER_CONFIG" ] || echo gone; exit 3`;
    const nothing = `berth: nothing to clean up at ${BERTH}\n`;
    expect(await sh(script)).toEqual(ended(3, "gone\n", REMOVED + nothing));
  });
});

const NOTHING = `berth: nothing to clean up at ${BERTH}\n`;

describe("whatever the job has done until then", () => {
  test.each([
    ["it has removed the berth", 'rm -r "$DOCKER_CONFIG"', NOTHING],
    ["it has cleaned up", "berth cleanup", REMOVED + NOTHING],
    ["it has undone the variables", 'eval "$(berth ci-env --unset --quiet)"', REMOVED],
    ["it has closed stdout", "exec >&-", REMOVED],
    ["its disk for logs is full", "exec 2>/dev/full", ""],
    ["its folder is gone", "mkdir x; cd x; rmdir ../x", REMOVED],
    [
      "another node is first on PATH",
      "printf '#!/bin/sh\\nexit 9' > node; chmod +x node; PATH=.",
      REMOVED,
    ],
    ["its temp directory is another", 'mkdir other; export TMPDIR="$PWD/other"', REMOVED],
  ])("%s: the berth is gone, and the status is the job's", async (_, script, stderr) => {
    expect(await sh(`${EVALUATE}\n${script}\nexit 3`)).toEqual(ended(3, "", stderr));
  });

  test("its berth is a link now: that is said, nothing is removed, and the status is the job's", async () => {
    const script = `set -e; ${EVALUATE}; mv "$DOCKER_CONFIG" kept; ln -s "$PWD/kept" "$DOCKER_CONFIG"; exit 3`;
    const stderr = `berth: error: ${BERTH} is a link (BERTH_UNSAFE_DIRECTORY)
  hint       berth puts no credentials there: remove it, or choose another place with --tmp-dir or BERTH_TMP_DIR
`;
    const left = ["gitlab-1-<hash>"];
    expect(await sh(script)).toEqual({ ...ended(3, "", stderr), left });
    expect(await readdir(join(place.folder, "kept"))).toContain("config.json");
  });

  test("it has closed stderr", async () => {
    expect(await sh(`${EVALUATE}\nexec 2>&-\nexit 3`)).toEqual(ended(3, "", ""));
  });

  test("its temp directory is another, and Docker is not pointed at the berth", async () => {
    const script = `eval "$(${CI_ENV} --clients containers)"
      mkdir other; export TMPDIR="$PWD/other"; exit 3`;
    expect(await sh(script)).toEqual(ended(3, ""));
  });
});

describe("a shell in which it does not come to that", () => {
  test("a berth that fails stops the job, and leaves its trap", async () => {
    const script = `trap 'echo "in $?"' EXIT; eval "$(berth ci-env --cleanup-on-exit)"; echo survived`;
    expect(await sh(script, { CI_REGISTRY: "a b" })).toEqual(
      ended(
        1,
        "in 1\n",
        `berth: error: CI_REGISTRY: "a b" is not a registry (BERTH_BAD_REGISTRY)
  hint       write it as host or host:port, for example registry.example.com:5050
`,
      ),
    );
  });
});
