import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { base64 } from "./fixtures/configs.ts";
import { gitlabJob, type Variables } from "./fixtures/environments.ts";
import { makeProgram, type Program } from "./fixtures/program.ts";

const uid = process.getuid?.() ?? 0;
const LATER = "later.example";

let program: Program;
beforeEach(async () => {
  program = await makeProgram("main-again");
});
afterEach(() => program.remove());

const auth = (user: string, password: string) => ({ auth: base64(`${user}:${password}`) });
const put = async (path: string, content: unknown) => {
  await mkdir(dirname(program.at(path)), { recursive: true });
  const text = typeof content === "string" ? content : JSON.stringify(content);
  await writeFile(program.at(path), text);
};
const berth = async (): Promise<string> => {
  const root = program.at("tmp", `berth-${uid}`);
  const [name] = await readdir(root);
  return `${root}/${name}`;
};
const exportedBy = (path: string): Variables => ({
  DOCKER_CONFIG: path,
  WERF_DOCKER_CONFIG: path,
  REGISTRY_AUTH_FILE: `${path}/auth.json`,
  HELM_REGISTRY_CONFIG: `${path}/config.json`,
});

/** A run in the shell that has evaluated an earlier one. */
const again = async (): Promise<{ readonly status: number; readonly stderr: string }> => {
  const exit = await program.run("ci-env", { ...gitlabJob, ...exportedBy(await berth()) });
  return { status: exit.status, stderr: exit.stderr };
};

type File = "config.json" | "auth.json";
const authsIn = async (file: File) =>
  JSON.parse(await readFile(`${await berth()}/${file}`, "utf8")).auths;

/** What `docker login` and `podman login` do, and without a password their `logout`. */
const login = async (file: File, password: string | undefined) => {
  const path = `${await berth()}/${file}`;
  const config = JSON.parse(await readFile(path, "utf8"));
  const { [LATER]: _, ...others } = config.auths;
  const auths = password === undefined ? others : { ...others, [LATER]: auth("me", password) };
  await writeFile(path, JSON.stringify({ ...config, auths }));
};
const logins = async () => [
  (await authsIn("config.json"))[LATER],
  (await authsIn("auth.json"))[LATER],
];

describe("TRAP 33: a later login in the job, after the next run", () => {
  beforeEach(() => program.run("ci-env", gitlabJob));

  const docker = (password: string | undefined) => ["config.json", password] as const;
  const podman = (password: string | undefined) => ["auth.json", password] as const;
  const cases: readonly (readonly [
    string,
    readonly (readonly [File, string | undefined])[],
    unknown,
    unknown,
  ])[] = [
    ["docker's is for podman, too", [docker("1")], auth("me", "1"), auth("me", "1")],
    ["podman's is its own", [podman("1")], undefined, auth("me", "1")],
    ["each has its own", [docker("1"), podman("2")], auth("me", "1"), auth("me", "2")],
    [
      "each has its own, the other way round",
      [podman("2"), docker("1")],
      auth("me", "1"),
      auth("me", "2"),
    ],
    [
      "docker's newer one is for podman, too",
      [docker("1"), docker("2")],
      auth("me", "2"),
      auth("me", "2"),
    ],
    ["docker's logout is podman's, too", [docker("1"), docker(undefined)], undefined, undefined],
  ];
  test.each(cases)("%s", async (_, steps, forDocker, forPodman) => {
    for (const step of steps) {
      await login(...step);
      expect((await again()).status).toBe(0);
    }
    expect(await logins()).toEqual([forDocker, forPodman]);
    expect((await again()).status).toBe(0);
    expect(await logins()).toEqual([forDocker, forPodman]);
  });

  test("is named, by what it is", async () => {
    await login("config.json", "1");
    expect((await again()).stderr).toContain(
      "\n  inherited  later.example from a later login in this job\n",
    );
  });
});

describe("a berth that has been removed, while the shell still points there", () => {
  test("is made anew from what the first was made from", async () => {
    await put("home/.docker/config.json", { auths: { "r.example": auth("base", "pw") } });
    await put("home/.config/containers/auth.json", { auths: { "r.example": auth("pod", "pw") } });
    await program.run("ci-env", gitlabJob);
    const before = [await authsIn("config.json"), await authsIn("auth.json")];
    const env = { ...gitlabJob, ...exportedBy(await berth()) };
    await rm(await berth(), { recursive: true });
    expect((await program.run("ci-env", env)).status).toBe(0);
    expect([await authsIn("config.json"), await authsIn("auth.json")]).toEqual(before);
    expect(before[1]["r.example"]).toEqual(auth("pod", "pw"));
  });
});

describe("TRAP 29: a broken file at a default place, which is left out, does not stop", () => {
  const files = ["home/.config/containers/auth.json", "home/.config/helm/registry/config.json"];

  test.each(files)("the second run: %s", async (file) => {
    await put(file, "{");
    expect((await program.run("ci-env", gitlabJob)).status).toBe(0);
    const { status, stderr } = await again();
    expect([status, stderr.split("\n").filter((line) => /warning|error/.test(line))]).toEqual([
      0,
      [`  warning    left out: ${program.at(file)} is not valid JSON`],
    ]);
  });

  test.each(files)("a run after the berth has been removed: %s", async (file) => {
    await put(file, "{");
    await program.run("ci-env", gitlabJob);
    const env = { ...gitlabJob, ...exportedBy(await berth()) };
    await rm(await berth(), { recursive: true });
    expect((await program.run("ci-env", env)).status).toBe(0);
  });
});
