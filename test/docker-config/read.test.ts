import { chmod, mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readConfigFile, readDockerAuthConfig } from "../../src/docker-config/read.ts";
import { complaint } from "../fixtures/complaint.ts";
import { base64, configOf, login } from "../fixtures/configs.ts";
import { makeFifo } from "../fixtures/fifo.ts";
import { opened } from "../fixtures/opened.ts";
import { withoutRights } from "../fixtures/without-rights.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

const GOOD = JSON.stringify({ auths: { r: { auth: base64("me:pw") } } });
const MIXED = JSON.stringify({
  auths: { "bad\n": { auth: "hunter2" }, r: { auth: base64("me:pw") } },
});

let folder: TemporaryFolder;
const server = createServer();
const at = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = await makeTemporaryFolder("read");
  await mkdir(at("directory"));
  await writeFile(at("good"), GOOD);
  await writeFile(at("mixed"), MIXED);
  await writeFile(at("empty"), "");
  await writeFile(at("bom"), `\uFEFF${GOOD}`);
  await writeFile(at("broken"), '{"auths":{"r":{"auth":"hunter2"');
  await writeFile(at("wrong"), '{"auths":"hunter2"}');
  await writeFile(at("locked"), GOOD, { mode: 0 });
  await chmod(folder.path, 0o755);
  await writeFile(at("large"), "");
  await truncate(at("large"), 16 * 1024 * 1024 + 1);
  await makeFifo(at("fifo"));
  await symlink(at("good"), at("link"));
  await symlink(at("gone"), at("dangling"));
  await symlink(at("loop"), at("loop"));
  await new Promise<void>((done) => server.listen(at("socket"), done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  await folder.remove();
});

const goodFrom = (from: string) => ({
  config: configOf({ auths: { r: login("me", "pw", from) } }),
});

describe("readConfigFile()", () => {
  const read = (name: string) => readConfigFile(at(name), "the hint");

  test.each(["good", "link"])(
    "reads a file (%s), and says of each entry where it is from",
    async (name) => {
      expect(opened(await read(name))).toEqual(opened({ ...goodFrom(at(name)), notices: [] }));
    },
  );

  test("RULE 5: tells which entries it leaves out, by name alone", async () => {
    const notice = {
      level: "warning",
      text: `bad\\x0a: its entry in ${at("mixed")} is left out: it is not a credential that Docker can read`,
      hint: "log in to bad\\x0a again",
    };
    expect(opened(await read("mixed"))).toEqual(
      opened({ ...goodFrom(at("mixed")), notices: [notice] }),
    );
  });

  test("TRAP 40: and of such a name nothing that may be a user and password", async () => {
    await writeFile(at("pasted"), '{"auths":{"https://me:hunter2@r.example/v1/":{"auth":"x"}}}');
    expect((await read("pasted")).notices).toEqual([
      {
        level: "warning",
        text: `https://r.example/v1/: its entry in ${at("pasted")} is left out: it is not a credential that Docker can read`,
        hint: "log in to https://r.example/v1/ again",
      },
    ]);
  });

  test("has nothing where there is no file", async () => {
    expect(await read("gone")).toEqual({ config: configOf({}), notices: [] });
    expect(await read("gone/config.json")).toEqual({ config: configOf({}), notices: [] });
    expect(await read("good/config.json")).toEqual({ config: configOf({}), notices: [] });
  });

  test.each([
    ["empty", "is empty"],
    ["bom", "starts with a byte order mark"],
    ["broken", "is not valid JSON"],
    ["wrong", 'cannot be read by Docker: "auths" must be an object of objects'],
    ["directory", "is a directory"],
    ["dangling", "is a link to a file that is not there"],
    ["loop", "is a link that leads to itself"],
    ["socket", "is not a regular file"],
    ["fifo", "is not a regular file"],
    ["large", "is larger than 16 MiB"],
  ])(
    "TRAP 29: %s is an error that names the file and shows nothing of it",
    async (name, problem) => {
      expect(await complaint(() => read(name))).toBe(`BERTH_BAD_CONFIG: ${at(name)} ${problem}`);
    },
  );

  test("TRAP 29: so is one that may not be read", async () => {
    const said = await withoutRights(() => complaint(() => read("locked")));
    expect(said).toBe(`BERTH_BAD_CONFIG: ${at("locked")} cannot be read: permission denied`);
  });
});

describe("readDockerAuthConfig()", () => {
  const fromVariable = opened({ ...goodFrom("DOCKER_AUTH_CONFIG"), notices: [] });

  test("reads JSON", async () => {
    expect(opened(await readDockerAuthConfig(GOOD, folder.path))).toEqual(fromVariable);
    expect(opened(await readDockerAuthConfig(` \n${GOOD}\n`, folder.path))).toEqual(fromVariable);
  });

  test("reads the file of a GitLab variable of type File, and says it is from the variable", async () => {
    expect(opened(await readDockerAuthConfig(at("good"), "/"))).toEqual(fromVariable);
    expect(
      opened(await readDockerAuthConfig(relative(folder.path, at("good")), folder.path)),
    ).toEqual(fromVariable);
    expect(opened(await readDockerAuthConfig(`${at("link")}\n`, folder.path))).toEqual(
      fromVariable,
    );
  });

  test("TRAP 30: fields that Docker does not know do no harm", async () => {
    const entry = { auth: base64("me:pw"), email: "x@example.com", insecure: true };
    const text = JSON.stringify({ auths: { r: entry }, HttpHeaders: { a: "b" }, future: 1 });
    expect(opened(await readDockerAuthConfig(text, folder.path))).toEqual(
      opened({
        config: configOf({
          auths: { r: login("me", "pw", "DOCKER_AUTH_CONFIG") },
          other: { HttpHeaders: { a: "b" }, future: 1 },
        }),
        notices: [],
      }),
    );
  });

  const SECRET = "hunter2";
  test.each([
    ["broken JSON", `{"auths":{"r":{"auth":"${SECRET}"`, "is not valid JSON"],
    ["a list", `["${SECRET}"]`, "is not a JSON object"],
    ["a string", `"${SECRET}"`, "is not a JSON object"],
    ["JSON after a byte order mark", `\uFEFF{"a":"${SECRET}"}`, "starts with a byte order mark"],
    ["a token", SECRET, "is neither JSON nor the path of a file"],
    ["a token of 8 KB", SECRET.repeat(1200), "is neither JSON nor the path of a file"],
    ["base64 of a config", base64(`{"a":"${SECRET}"}`), "is neither JSON nor the path of a file"],
    ["null", "null", "is neither JSON nor the path of a file"],
  ])("TRAP 40: %s is an error that shows nothing of it", async (_, value, problem) => {
    expect(await complaint(() => readDockerAuthConfig(value, folder.path))).toBe(
      `BERTH_BAD_DOCKER_AUTH_CONFIG: DOCKER_AUTH_CONFIG ${problem}`,
    );
  });

  test.each([
    ["directory", "names a file that is a directory"],
    ["dangling", "names a file that is a link to a file that is not there"],
    ["broken", "is not valid JSON"],
    ["empty", "is empty"],
    ["fifo", "names a file that is not a regular file"],
    ["large", "names a file that is larger than 16 MiB"],
  ])("so is a path to what is unusable (%s)", async (name, problem) => {
    expect(await complaint(() => readDockerAuthConfig(at(name), folder.path))).toBe(
      `BERTH_BAD_DOCKER_AUTH_CONFIG: DOCKER_AUTH_CONFIG ${problem}`,
    );
  });
});
