import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { listing } from "./support/listing.ts";
import { bound, giveToBound } from "./support/privileges.ts";
import {
  auth,
  makeSandbox,
  type Place,
  readJson,
  type Sandbox,
  statements,
} from "./support/sandbox.ts";

const CONFIG = "<folder>/home/.docker/config.json";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("base");
});

afterAll(() => sandbox?.remove());

/** A place with `content`, if any, as the base config. */
const withBase = async (content?: string | Buffer) => {
  place = await sandbox.place();
  const directory = join(place.home, ".docker");
  const file = join(directory, "config.json");
  await mkdir(directory);
  if (content !== undefined) await writeFile(file, content, { mode: 0o644 });
  return file;
};

const refused = (problem: string) => ({
  exitCode: 1,
  stdout: "exit 1;\n",
  stderr: `berth: error: ${CONFIG} ${problem} (BERTH_BAD_CONFIG)
  hint       correct it, or pass --no-inherit to start from nothing
`,
});

const accepted = { exitCode: 0, stdout: statements(), stderr: "" };

const ours = { "registry.example.com": { auth: auth("gitlab-ci-token", "token-1") } };

const written = async (name = "config.json") => {
  const [berth = ""] = await readdir(place.root);
  return readJson(join(place.root, berth, name));
};

const mustBe = (key: string, type: string) => `cannot be read by Docker: "${key}" must be ${type}`;

describe.each([
  ["invalid JSON", "{ secret", "is not valid JSON"],
  ["JSON with a comma too much", '{ "auths": {}, }', "is not valid JSON"],
  ["two values", "{}{}", "is not valid JSON"],
  ["an empty file", "", "is empty"],
  ["blanks alone", " \n\t\n", "is empty"],
  ["a byte order mark", "\uFEFF{}", "starts with a byte order mark"],
  ["UTF-16", Buffer.from("\uFEFF{}", "utf16le"), "is not valid JSON"],
  ["a list", "[]", "is not a JSON object"],
  ["null", "null", "is not a JSON object"],
  ["a text", '"auths"', "is not a JSON object"],
  ["a list of auths", '{"auths": []}', mustBe("auths", "an object of objects")],
  ["a text for an auth", '{"auths": {"r": "x"}}', mustBe("auths", "an object of objects")],
  ["a number for a store", '{"credsStore": 1}', mustBe("credsStore", "a string")],
  ["a list of helpers", '{"credHelpers": ["x"]}', mustBe("credHelpers", "an object of strings")],
  ["a truth value", '{"features": {"b": true}}', mustBe("features", "an object of strings")],
  [
    "a text for proxies",
    '{"proxies": {"default": "http://p"}}',
    mustBe("proxies", "an object of objects of strings"),
  ],
  [
    "a text for the folders of plugins",
    '{"cliPluginsExtraDirs": "/p"}',
    mustBe("cliPluginsExtraDirs", "a list of strings"),
  ],
  ["other letters", '{"CREDSSTORE": 1}', mustBe("credsStore", "a string")],
])("a base config with %s", (_, content, problem) => {
  test("is refused, and nothing is touched", async () => {
    await withBase(content);
    const before = await listing(place.folder);
    expect(await place.berth(["ci-env"], place.job())).toEqual(refused(problem));
    expect(await listing(place.folder)).toEqual(before);
  });
});

test("a bad base config does not matter with --no-inherit", async () => {
  const file = await withBase("{");
  const args = ["ci-env", "--no-inherit", "--quiet"];
  expect(await place.berth(args, place.job())).toEqual(accepted);
  expect(await written()).toEqual({ auths: ours });
  expect(await readFile(file, "utf8")).toBe("{");
});

test("a directory in place of the base config is refused", async () => {
  await mkdir(await withBase());
  expect(await place.berth(["ci-env"], place.job())).toEqual(refused("is a directory"));
});

test("a dangling link in place of the base config is refused", async () => {
  await symlink("nowhere.json", await withBase());
  expect(await place.berth(["ci-env"], place.job())).toEqual(
    refused("is a link to a file that is not there"),
  );
});

test("a link that leads to itself is refused", async () => {
  await symlink("config.json", await withBase());
  expect(await place.berth(["ci-env"], place.job())).toEqual(
    refused("is a link that leads to itself"),
  );
});

test("a base config that cannot be read is refused", async () => {
  const file = await withBase("{}");
  await chmod(file, 0);
  await giveToBound(place.folder);
  expect(await place.berth(["ci-env"], place.job(), bound)).toEqual(
    refused("cannot be read: permission denied"),
  );
});

test("a base folder that cannot be entered is refused", async () => {
  await withBase("{}");
  await giveToBound(place.folder);
  await chmod(join(place.home, ".docker"), 0);
  expect(await place.berth(["ci-env"], place.job(), bound)).toEqual(
    refused("cannot be read: permission denied"),
  );
});

test("a link to a base config is followed, and the config stays as it is", async () => {
  const file = await withBase();
  const real = join(place.home, "real.json");
  await writeFile(real, '{"auths": {"a.example.com": {"auth": "dTpw"}}}');
  await symlink("../real.json", file);
  const before = await listing(place.home);
  expect(await place.berth(["ci-env", "--quiet"], place.job())).toEqual(accepted);
  expect(await written()).toEqual({ auths: { "a.example.com": { auth: "dTpw" }, ...ours } });
  expect(await listing(place.home)).toEqual(before);
});

test("bad auths among good ones are left out, and said", async () => {
  const entries = {
    "good.example.com": { auth: "dTpw" },
    "no-base64.example.com": { auth: "!" },
    "no-colon.example.com": { auth: auth("user", "").replace(/.$/, "") },
    "no-user.example.com": { auth: Buffer.from(":p").toString("base64") },
    "number.example.com": { auth: 3 },
    "also-good.example.com": { username: "u", password: "p:w" },
  };
  const content = `  ${JSON.stringify({ auths: entries, detachKeys: "ctrl-x" })}`;
  const file = await withBase(content);
  const warnings = ["no-base64", "no-colon", "no-user", "number"].map(
    (
      name,
    ) => `berth: warning    ${name}.example.com: its entry in ${CONFIG} is left out: it is not a credential that Docker can read
berth:            log in to ${name}.example.com again
`,
  );
  const before = await listing(place.home);
  expect(await place.berth(["ci-env", "--quiet"], place.job())).toEqual({
    ...{ ...accepted, stderr: warnings.join("") },
  });
  const auths = {
    "good.example.com": { auth: "dTpw" },
    "also-good.example.com": { auth: auth("u", "p:w") },
    ...ours,
  };
  expect(await written()).toEqual({ auths, detachKeys: "ctrl-x" });
  expect(await written("auth.json")).toEqual({ auths });
  expect(await readFile(file, "utf8")).toBe(content);
  expect(await listing(place.home)).toEqual(before);
});
