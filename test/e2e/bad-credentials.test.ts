import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  auth,
  makeSandbox,
  type Place,
  readJson,
  type Sandbox,
  statements,
} from "./support/sandbox.ts";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("credentials");
});

afterAll(() => sandbox?.remove());

const run = async (change: Readonly<Record<string, string | undefined>>) => {
  place = await sandbox.place();
  return place.berth(["ci-env", "--quiet"], place.job(change));
};

const written = async () => {
  const [berth = ""] = await readdir(place.root);
  return readJson(join(place.root, berth, "config.json"));
};

const failed = (code: string, message: string, hint: string) => ({
  exitCode: 1,
  stdout: "exit 1;\n",
  stderr: `berth: error: ${message} (${code})\n  hint       ${hint}\n`,
});

describe("a token", () => {
  const jwt = `eyJhbGciOiJSUzI1NiJ9.${"aZ09-_".repeat(1400)}.${"x-_".repeat(100)}`;

  test.each([
    ["with colons", "a:b::c", "a:b::c"],
    ["with a line break at its end", "token\n", "token"],
    ["with a Windows line break at its end", "token\r\n", "token"],
    ["of letters from elsewhere", "pässwörd-日本-😀", "pässwörd-日本-😀"],
    ["of blanks, quotes and dollars", ` "a'b $HOME \\ `, ` "a'b $HOME \\ `],
    ["that is a JWT of 8 KB", jwt, jwt],
  ])("%s is written on one line, as the server knows it", async (_, value, token) => {
    const ended = await run({ CI_REGISTRY_PASSWORD: value });
    expect(ended).toEqual({ exitCode: 0, stdout: statements(), stderr: "" });
    expect(await written()).toEqual({
      auths: { "registry.example.com": { auth: auth("gitlab-ci-token", token) } },
    });
  });

  test.each([
    ["empty", ""],
    ["missing", undefined],
    ["a line break alone", "\n"],
  ])(
    "%s counts as not set: that is said, and the job is isolated all the same",
    async (_, value) => {
      const ended = await run({ CI_REGISTRY_PASSWORD: value, CI_JOB_TOKEN: value });
      expect(ended).toEqual({
        exitCode: 0,
        stdout: statements(),
        stderr: `berth: warning    CI_REGISTRY_USER is left out: CI_REGISTRY_PASSWORD is not set
berth:            is the variable protected, and this branch or tag is not? (Settings › CI/CD › Variables)
berth: warning    no login: neither CI_REGISTRY_PASSWORD nor CI_JOB_TOKEN is set
berth:            GitLab sets both in every job; does the job run in a container that they are not passed to?
`,
      });
      expect(await written()).toEqual({ auths: { "berth.invalid": {} } });
    },
  );

  test("without a user is not used: the job's own token is, and that is said", async () => {
    const ended = await run({ CI_REGISTRY_USER: "", CI_REGISTRY_PASSWORD: "p", CI_JOB_TOKEN: "t" });
    expect(ended).toEqual({
      exitCode: 0,
      stdout: statements(),
      stderr: `berth: warning    CI_REGISTRY_PASSWORD is left out: CI_REGISTRY_USER is not set
berth:            is the variable protected, and this branch or tag is not? (Settings › CI/CD › Variables)
`,
    });
    expect(await written()).toEqual({
      auths: { "registry.example.com": { auth: auth("gitlab-ci-token", "t") } },
    });
  });
});

describe("a user name", () => {
  const HINT = "a Docker config joins user and password with a colon, and so can hold no such name";

  test.each([
    ["a:b", "has a colon"],
    [":", "has a colon"],
    ["a\tb", "has a control character"],
    ["a\n", "has a control character"],
  ])("%j is refused, and nothing is written", async (user, problem) => {
    expect(await run({ CI_REGISTRY_USER: user })).toEqual(
      failed("BERTH_BAD_CREDENTIAL", `CI_REGISTRY_USER: the user name ${problem} in it`, HINT),
    );
    expect(await readdir(place.temporary)).toEqual([]);
  });

  test.each(["robot$group+name", "jürgen", "a b", "$oauthtoken", "<token>"])(
    "%j is written as it is",
    async (user) => {
      const ended = await run({ CI_REGISTRY_USER: user });
      expect(ended).toEqual({ exitCode: 0, stdout: statements(), stderr: "" });
      expect(await written()).toEqual({
        auths: { "registry.example.com": { auth: auth(user, "token-1") } },
      });
    },
  );
});

describe("CI_REGISTRY", () => {
  // Credentials of the project's own: the job token would not go there.
  const OWN = { CI_REGISTRY_USER: "me", CI_REGISTRY_PASSWORD: "own" };

  const HUB = "https://index.docker.io/v1/";
  const name = "registry.example.com";

  test.each([
    ["https://registry.example.com", name, [name]],
    ["http://registry.example.com/", name, [name]],
    ["registry.example.com/group/app", name, [name]],
    [" registry.example.com\n", name, [name]],
    ["Registry.Example.COM", name, [name, "Registry.Example.COM"]],
    ["HTTPS://Registry.Example.com/v2/", name, [name, "Registry.Example.com"]],
    ["registry.example.com:443", `${name}:443`, [`${name}:443`]],
    ["registry.example.com:5050", `${name}:5050`, [`${name}:5050`]],
    ["localhost:5000", "localhost:5000", ["localhost:5000"]],
    ["[::1]:5000", `"$(printf '%b' '\\0133::1\\0135:5000')"`, ["[::1]:5000"]],
    ["docker.io", "docker.io", [HUB]],
    ["index.docker.io", "docker.io", [HUB]],
    ["registry-1.docker.io", "docker.io", [HUB]],
    ["https://index.docker.io/v1/", "docker.io", [HUB]],
    ["registry.hub.docker.com", "registry.hub.docker.com", ["registry.hub.docker.com"]],
  ])("%j is %s", async (value, host, keys) => {
    const ended = await run({ CI_REGISTRY: value, ...OWN });
    const stdout = statements(host, `${name}/g/p`);
    expect(ended).toEqual({ exitCode: 0, stdout, stderr: "" });
    const entry = { auth: auth("me", "own") };
    expect(await written()).toEqual({ auths: Object.fromEntries(keys.map((key) => [key, entry])) });
  });

  test.each([
    ["registry example", '"registry example"'],
    ["$(touch pwned)", '"$(touch pwned)"'],
    ["https://", '"https://"'],
    ["registry.example.com:0", '"registry.example.com:0"'],
    ["registry.example.com:70000", '"registry.example.com:70000"'],
    ["ftp://registry.example.com", '"ftp://registry.example.com"'],
    ["registrÿ.example.com", '"registrÿ.example.com"'],
    ["https://user:canary@registry.example.com", "its value"],
  ])("%j is refused, and nothing is written", async (value, shown) => {
    expect(await run({ CI_REGISTRY: value })).toEqual(
      failed(
        "BERTH_BAD_REGISTRY",
        `CI_REGISTRY: ${shown} is not a registry`,
        "write it as host or host:port, for example registry.example.com:5050",
      ),
    );
    expect(await readdir(place.temporary)).toEqual([]);
  });

  test("elsewhere never gets the job token", async () => {
    const ended = await run({ CI_REGISTRY: "docker.io" });
    expect(ended).toEqual({
      exitCode: 0,
      stdout: statements("docker.io", `${name}/g/p`),
      stderr: `berth: warning    no login: CI_REGISTRY is not GitLab's own registry here, and CI_REGISTRY_PASSWORD is the job token, which is for that alone
berth:            set CI_REGISTRY_USER and CI_REGISTRY_PASSWORD to credentials of the registry, too
`,
    });
    expect(await written()).toEqual({ auths: { "berth.invalid": {} } });
  });
});
