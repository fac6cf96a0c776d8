import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ask } from "../fixtures/asking.ts";
import type { Variables } from "../fixtures/environments.ts";
import { makeFifo } from "../fixtures/fifo.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const HINT = "pass it to the job; secrets are not passed to pull requests of forks";

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await makeTemporaryFolder("requested");
  await writeFile(join(folder.path, "file"), "");
});
afterAll(() => folder?.remove());

const ENV = { U: "me", P: "test-token", OTHER: "test-other", EMPTY: "" };

/** What comes of specs in this folder. */
const read = (texts: readonly string[], env: Variables = ENV) =>
  ask(texts, env, { cwd: folder.path });

const login = { registry: "r.example", registryFrom: "--registry" };
const lack = (host: string, why: string) => ({
  logins: [],
  lacking: { [host]: { level: "missing", text: `no login to ${host}: ${why}`, hint: HINT } },
});

describe("a login that is asked for", () => {
  const me = { ...login, user: "me", userFrom: "U" };
  const byVariable = { secret: { secret: "test-token" }, secretFrom: "P" };

  test("is read from variables", async () => {
    expect(await read(["r.example,username-env=U,password-env=P"])).toEqual({
      logins: [{ ...me, ...byVariable }],
      lacking: {},
    });
  });

  test("has the user's name from the option itself", async () => {
    expect(await read(["R.example:5000,username=robot$a,password-env=P"])).toEqual({
      logins: [
        {
          ...{ registry: "R.example:5000", registryFrom: "--registry" },
          ...{ user: "robot$a", userFrom: "--registry", ...byVariable },
        },
      ],
      lacking: {},
    });
  });

  test.each([
    ["as it is", "test-token", "test-token"],
    ["without the line break at its end", "test-token\n", "test-token"],
    ["without the line break of Windows", "test-token\r\n", "test-token"],
    ["with others, and blanks", " a\nb\n\n", " a\nb\n"],
  ])("RULE 6: is read from a file %s", async (_, content, secret) => {
    const path = join(folder.path, "my token");
    await writeFile(path, content);
    for (const file of [path, "my token", "./my token"]) {
      expect(await read([`r.example,username-env=U,password-file=${file}`])).toEqual({
        logins: [{ ...me, secret: { secret }, secretFrom: path }],
        lacking: {},
      });
    }
  });

  test("is read from a file that a link leads to, as of a mounted secret", async () => {
    await mkdir(join(folder.path, "..data"));
    await writeFile(join(folder.path, "..data", "password"), "test-token");
    await symlink("..data/password", join(folder.path, "linked"));
    const { logins } = await read(["r.example,username-env=U,password-file=linked"]);
    const secretFrom = join(folder.path, "linked");
    expect(logins).toEqual([{ ...me, secret: { secret: "test-token" }, secretFrom }]);
  });

  test("is one of several, in their order", async () => {
    const texts = ["b", "a", "c"].map((name) => `${name}.example,username-env=U,password-env=P`);
    expect(await read(texts)).toEqual({
      logins: ["b", "a", "c"].map((name) => ({
        ...me,
        ...byVariable,
        registry: `${name}.example`,
      })),
      lacking: {},
    });
  });
});

describe("what is missing is told, and is no failure", () => {
  const byFile = (file: string) => [`r.example:5000,username-env=U,password-file=${file}`];

  test.each([
    ["the user's variable", "NOPE", "P", "NOPE is not set"],
    ["the user's variable is empty", "EMPTY", "P", "EMPTY is not set"],
    ["the password's variable", "U", "NOPE", "NOPE is not set"],
    ["the password's variable is empty", "U", "EMPTY", "EMPTY is not set"],
    ["both: the first is enough", "NOPE1", "NOPE2", "NOPE1 is not set"],
    [
      "one with small letters, which may be a token",
      ...["U", "ghp_hunter2", "the variable that password-env= names is not set"],
    ],
    [
      "one with small letters, for the user",
      ...["toString", "P", "the variable that username-env= names is not set"],
    ],
  ])("%s", async (_, user, password, why) => {
    const text = `r.example:5000,username-env=${user},password-env=${password}`;
    expect(await read([text])).toEqual(lack("r.example:5000", why));
  });

  test("a password that is a line break alone", async () => {
    const found = await read(["r.example,username=me,password-env=P"], { P: "\n" });
    expect(found).toEqual(lack("r.example", "P is not set"));
  });

  test.each([
    ["is empty", "empty", "", "is empty"],
    ["is a line break alone", "line", "\r\n", "is empty"],
    ["is a folder", ".", undefined, "is a directory"],
  ])("a file that %s", async (_, name, content, problem) => {
    if (content !== undefined) await writeFile(join(folder.path, name), content);
    const path = join(folder.path, name);
    expect(await read(byFile(name))).toEqual(lack("r.example:5000", `${path} ${problem}`));
  });

  test.each(["none", "file/none", "glpat-the-password-itself"])(
    "a file that is not there, whose path may be the password: %s",
    async (name) => {
      const problem = "the file that password-file= names is not there";
      expect(await read(byFile(name))).toEqual(lack("r.example:5000", problem));
    },
  );

  test("a file that would not end", async () => {
    await makeFifo(join(folder.path, "fifo"));
    const path = join(folder.path, "fifo");
    expect(await read(byFile("fifo"))).toEqual(
      lack("r.example:5000", `${path} is not a regular file`),
    );
  });

  test("a link to nothing", async () => {
    await symlink("nothing", join(folder.path, "dangling"));
    const path = join(folder.path, "dangling");
    expect(await read(byFile(path))).toEqual(
      lack("r.example:5000", `${path} is a link to a file that is not there`),
    );
  });

  test("TRAP 38: with a path that cannot forge a line of the log", async () => {
    await writeFile(join(folder.path, "a\n::error::b"), "");
    expect(await read(byFile("a\n::error::b"))).toEqual(
      lack("r.example:5000", `${folder.path}/a\\x0a::error::b is empty`),
    );
  });

  test("beside what is there, by the name that clients know", async () => {
    const hub = "https://index.docker.io/v1/,username-env=U,password-env=NOPE";
    const { logins, lacking } = await read([hub, "r.example,username-env=U,password-env=P"]);
    expect(logins).toMatchObject([{ registry: "r.example" }]);
    expect(lacking).toEqual(lack("docker.io", "NOPE is not set").lacking);
  });

  test.each(["ghp_hunter2HUNTER2", "dckr_pat_hunter2", "hunter2"])(
    "TRAP 40: a token in place of its variable's name is not shown: %s",
    async (token) => {
      for (const field of ["password-env", "username-env"]) {
        const user = field === "username-env" ? "password-env=P" : "username=me";
        const { lacking } = await read([`r.example,${field}=${token},${user}`]);
        expect(Object.keys(lacking)).toEqual(["r.example"]);
        expect(JSON.stringify(lacking)).not.toContain("hunter2");
      }
    },
  );
});
