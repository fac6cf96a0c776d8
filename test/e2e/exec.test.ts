import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { authFile } from "../support/auth-file.ts";
import { snapshot } from "../support/snapshot.ts";
import { ended, exec, OWN, script } from "./support/exec.ts";
import { auth, makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("exec");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

describe("the berth of the command", () => {
  test("holds the job's credentials, for the user alone, and is gone afterwards", async () => {
    const login = { auth: auth("gitlab-ci-token", "token-1") };
    const config = JSON.stringify({ auths: { "registry.example.com": login } }, null, "\t");
    const files = "700 .\n600 auth.json\n600 berth.json\n600 config.json\n";
    const text = 'cd "$DOCKER_CONFIG"; pwd; stat -c "%a %n" . *; cat config.json auth.json';
    expect(await exec(place, ["sh", "-c", text])).toEqual(
      ended(0, `${OWN}\n${files}${config}\n${config}\n`),
    );
    expect(await snapshot(place.temporary)).toEqual({ [`berth-${process.getuid?.()}`]: "{}" });
    expect(await snapshot(place.home)).toEqual({});
  });

  test("is told of on stderr, before the command says anything", async () => {
    const told = `berth: GitLab CI job 1 uses ${OWN}
  login      registry.example.com  as gitlab-ci-token  by CI_REGISTRY_PASSWORD
`;
    const line = 'berth exec -- sh -c "echo out; echo err >&2; exit 3" 2>&1 | cat';
    expect(await script(place, line)).toEqual(ended(0, `${told}out\nerr\n`));
  });

  test("is one more, beside those of other runs at the same time and the job's own", async () => {
    const show = `sleep 0.3; grep -o 'auth": ".*"' "$DOCKER_CONFIG/config.json"`;
    const shown = (token: string) => `auth": "${auth("gitlab-ci-token", token)}"\n`;
    const tokens = ["a", "b", "c", "d", "e", "f"];
    const job = script(place, `eval "$(berth ci-env --quiet)"; ${show}; sleep 1; ${show}`);
    const runs = tokens.map((token) =>
      exec(place, ["sh", "-c", show], { change: { CI_REGISTRY_PASSWORD: token } }),
    );
    expect((await Promise.all(runs)).map(({ stdout }) => stdout)).toEqual(tokens.map(shown));
    expect(await job).toEqual({
      ...ended(0, shown("token-1").repeat(2)),
      left: ["gitlab-1-<hash>"],
    });
    expect(await script(place, "berth cleanup --quiet")).toEqual(ended(0));
  });

  test("may be removed by the command itself", async () => {
    const line = 'rm -r "$DOCKER_CONFIG"; ls "$(dirname "$DOCKER_CONFIG")"; exit 5';
    expect(await exec(place, ["sh", "-c", line])).toEqual(ended(5));
  });
});

describe("the command's environment", () => {
  const SHOW = [process.execPath, "-p", "JSON.stringify(process.env)"];
  const odd = { EMPTY: "", ODD: ` "'$(id)\n\\ é😀`, CI_COMMIT_TITLE: "--env-file x" };

  /** With what /bin/sh adds, of which the `berth` of the tests is a script. */
  const usual = async (env: Readonly<Record<string, string>>): Promise<object> =>
    JSON.parse((await place.run(["sh", "-c", 'exec "$@"', "sh", ...SHOW], env)).stdout);

  const own = {
    BERTH_EXEC: "1",
    DOCKER_CONFIG: OWN,
    REGISTRY_AUTH_FILE: `${OWN}/auth.json`,
    HELM_REGISTRY_CONFIG: `${OWN}/config.json`,
    WERF_DOCKER_CONFIG: OWN,
    BERTH_REGISTRY: "registry.example.com",
    BERTH_IMAGE: "registry.example.com/g/p",
  };

  test("is the job's, but for the berth's variables, and DOCKER_AUTH_CONFIG, which is merged", async () => {
    const { stdout, ...rest } = await exec(place, SHOW, {
      change: { ...odd, DOCKER_AUTH_CONFIG: authFile("r.example", "u", "p") },
    });
    expect(rest).toEqual({ exitCode: 0, stderr: "", left: [] });
    expect(JSON.parse(stdout)).toEqual({ ...(await usual(place.job(odd))), ...own });
  });

  test.each(["--env-file", "BERTH_ENV_FILE"])(
    "has no variable of the file that %s names",
    async (how) => {
      const ofJob = Object.entries(place.job()).filter(([name]) => !(name in place.env));
      const file = join(place.folder, "job.env");
      await writeFile(file, ofJob.map(([name, value]) => `${name}="${value}"\n`).join(""));
      const isOption = how.startsWith("--");
      const change = {
        ...Object.fromEntries(ofJob.map(([name]) => [name, undefined])),
        ...(isOption ? {} : { [how]: file }),
      };
      const { stdout, ...rest } = await exec(place, SHOW, {
        ...{ change, args: isOption ? [how, file] : [] },
      });
      expect(rest).toEqual({ exitCode: 0, stderr: "", left: [] });
      expect(JSON.parse(stdout)).toEqual({ ...(await usual(place.job(change))), ...own });
    },
  );

  test("keeps the working directory", async () => {
    await mkdir(join(place.folder, "a b"));
    const run = await exec(place, ["sh", "-c", "pwd"], { cwd: join(place.folder, "a b") });
    expect(run).toEqual(ended(0, "<folder>/a b\n"));
  });

  // berth's own, for what it makes itself, is not the command's.
  test.each(["0022", "0002", "0177"])("keeps the umask %s", async (mask) => {
    const line = `umask ${mask}; exec berth exec --quiet -- sh -c 'umask; > file; stat -c %a file'`;
    const mode = (0o666 & ~Number.parseInt(mask, 8)).toString(8);
    expect(await script(place, line)).toEqual(ended(0, `${mask}\n${mode}\n`));
  });
});
