import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { githubJob, type JobEnv } from "../support/job.ts";
import { leaksIn } from "../support/leaks.ts";
import { environmentIn } from "../support/workflow-files.ts";
import { auth, makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";

const GITLAB = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";
const GITHUB = "<folder>/tmp/berth-<uid>/github-1-1-test-<hash>";

let sandbox: Sandbox;
let place: Place;
let file: string;

beforeAll(async () => {
  sandbox = await makeSandbox("persist");
});

beforeEach(async () => {
  place = await sandbox.place();
  file = join(place.folder, "variables");
  await writeFile(file, "");
});

afterAll(() => sandbox?.remove());

/** What the runner of a CI gives to the later steps of a job: by its own shell code, or by the rules of its reader. */
const readers = {
  // https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/shells/bash.go (SourceEnv)
  gitlab: async (): Promise<JobEnv> => {
    const script = `while read -r line; do export "$line"; done < ${file}
      exec ${process.execPath} -p 'JSON.stringify(process.env)'`;
    const clean = { PATH: "/usr/bin:/bin" };
    const { stdout, stderr } = await place.run(["sh", "-e", "-c", script], clean);
    expect(stderr).toBe("");
    const { PATH: _, PWD: __, ...env } = JSON.parse(stdout);
    return env;
  },
  github: async (): Promise<JobEnv> => environmentIn(place.mask(await readFile(file, "utf8"))),
};

type System = keyof typeof readers;

const jobs: Readonly<Record<System, (change?: JobEnv) => JobEnv>> = {
  gitlab: (change) => place.job({ GITLAB_ENV: file, ...change }),
  github: (change) => ({
    ...githubJob(place, { id: 1, host: "", project: "g/p", token: "token-1" }),
    ...{ GITHUB_ENV: file, BERTH_REGISTRY_HOST: "registry.example.com", ...change },
  }),
};

const variables = (berth: string, image = "registry.example.com/g/p") => ({
  DOCKER_CONFIG: berth,
  REGISTRY_AUTH_FILE: `${berth}/auth.json`,
  HELM_REGISTRY_CONFIG: `${berth}/config.json`,
  WERF_DOCKER_CONFIG: berth,
  BERTH_REGISTRY: "registry.example.com",
  BERTH_IMAGE: image,
});

const persist = (env: JobEnv, ...args: string[]) =>
  place.berth(["ci-env", "--persist", ...args], env);

const cases = [
  ["gitlab", "GitLab CI job 1", "CI_REGISTRY_PASSWORD", "gitlab-ci-token", GITLAB],
  ["github", "GitHub Actions job 1-1-test", "GITHUB_TOKEN", "octocat", GITHUB],
] as const;

const DOCKER_AUTH_CONFIG = JSON.stringify({
  auths: { "v.example.com": { auth: auth("u", "Canary+variable/9f8e7d6c") } },
});

describe.each(cases)("%s", (system, title, from, user, berth) => {
  const own = statements("registry.example.com", undefined, berth);
  const variable = system === "gitlab" ? "$GITLAB_ENV" : "$GITHUB_ENV";

  test("the later steps get what this shell gets, and it is said", async () => {
    expect(await persist(jobs[system]())).toEqual({
      exitCode: 0,
      stdout: own,
      stderr: `berth: ${title} uses ${berth}
  login      registry.example.com  as ${user}  by ${from}
  note       the later steps of the job get the variables by ${variable}
`,
    });
    expect(await readers[system]()).toEqual(variables(berth));
  });

  test("it can be the variable's default; --quiet says nothing", async () => {
    const quiet = { exitCode: 0, stdout: own, stderr: "" };
    expect(await place.berth(["ci-env", "--quiet"], jobs[system]({ BERTH_PERSIST: "1" }))).toEqual(
      quiet,
    );
    expect(await readers[system]()).toEqual(variables(berth));
  });

  test.each(["--as-file", "--shell json", "--shell fish", "-o statements"])(
    "whatever form the statements have: %s",
    async (form) => {
      const { exitCode, stderr } = await persist(jobs[system](), "--quiet", ...form.split(" "));
      expect([exitCode, stderr, await readers[system]()]).toEqual([0, "", variables(berth)]);
    },
  );

  test("DOCKER_AUTH_CONFIG, which cannot be unset, leaves Docker to the berth; no secret is in the file", async () => {
    const { exitCode, stdout } = await persist(jobs[system]({ DOCKER_AUTH_CONFIG }), "--quiet");
    expect([exitCode, stdout]).toEqual([0, `${own}unset DOCKER_AUTH_CONFIG;\n`]);
    expect(await readers[system]()).toEqual({
      ...variables(berth),
      DOCKER_AUTH_CONFIG: '{"auths":{}}',
    });
    const text = await readFile(file, "utf8");
    expect(leaksIn(text, ["Canary+variable/9f8e7d6c"])).toEqual([]);
    expect(text).not.toContain("token-1");
  });

  test("the last of several runs wins, behind lines of others", async () => {
    await writeFile(file, "A=1\nBERTH_IMAGE=other");
    const project = { CI_REGISTRY_IMAGE: "registry.example.com/new", GITHUB_REPOSITORY: "new" };
    await persist(jobs[system]());
    await persist(jobs[system](project));
    const last = variables(berth, "registry.example.com/new");
    expect(await readers[system]()).toEqual({ A: "1", ...last });
  });

  test("a run without an image takes that of an earlier one away", async () => {
    const without = { CI_REGISTRY_IMAGE: "", GITHUB_REPOSITORY: "", BERTH_IMAGE: "earlier" };
    await persist(jobs[system](without));
    expect(await readers[system]()).toEqual(variables(berth, ""));
  });

  test("values arrive letter by letter", async () => {
    const folder = join(place.folder, `it's "$(id)" \`id\` $x \\ é😀 a=b <<EOF %0A # *`);
    await mkdir(folder);
    const env = jobs[system]({ TMPDIR: folder, RUNNER_TEMP: folder });
    expect((await persist(env, "--quiet")).exitCode).toBe(0);
    const read = await readers[system]();
    const masked = place.mask(folder);
    expect(read).toEqual(variables(berth.replace("<folder>/tmp", masked)));
  });

  test("a dry run says the same, and writes nothing", async () => {
    await writeFile(file, "A=1");
    const before = await place.berth(["ci-env", "--dry-run"], jobs[system]());
    const ended = await persist(jobs[system](), "--dry-run");
    const note = `  note       the later steps of the job get the variables by ${variable}\n`;
    expect(ended).toEqual({ ...before, stderr: before.stderr + note });
    expect(await readFile(file, "utf8")).toBe("A=1");
    expect(await readdir(place.temporary)).toEqual([]);
  });
});
