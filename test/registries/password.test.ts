import { describe, expect, test } from "@jest/globals";
import { loginTo, registryKinds } from "../../src/registries/index.ts";
import type { LoginRequest } from "../../src/registries/kind.ts";
import { password } from "../../src/registries/password.ts";
import { Secret } from "../../src/secret.ts";
import { complaint } from "../fixtures/complaint.ts";
import { base64 } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";

const request = (parts: Partial<LoginRequest> = {}): LoginRequest => ({
  registry: "registry.example.com:5050",
  registryFrom: "CI_REGISTRY",
  user: "me",
  userFrom: "CI_REGISTRY_USER",
  secret: new Secret("test-token"),
  secretFrom: "CI_REGISTRY_PASSWORD",
  ...parts,
});

describe("a login", () => {
  test.each([
    ["is one entry", {}, ["registry.example.com:5050"], "me"],
    [
      "to Docker Hub has its one key",
      { registry: "docker.io" },
      ["https://index.docker.io/v1/"],
      "me",
    ],
    [
      "in upper case has both spellings",
      { registry: "https://Registry.example.com/" },
      ["registry.example.com", "Registry.example.com"],
      "me",
    ],
    [
      "of a robot keeps its dollar sign",
      { user: "robot$a+b" },
      ["registry.example.com:5050"],
      "robot$a+b",
    ],
    [
      "of a bot keeps its brackets",
      { user: "dependabot[bot]" },
      ["registry.example.com:5050"],
      "dependabot[bot]",
    ],
    ["keeps other letters than ASCII", { user: "jürgen" }, ["registry.example.com:5050"], "jürgen"],
  ])("%s", (_, parts, keys, user) => {
    expect(opened(password.login(request(parts)))).toEqual({
      keys,
      entry: {
        user,
        auth: { secret: base64(`${user}:test-token`) },
        from: "CI_REGISTRY_PASSWORD",
      },
    });
  });
});

describe("is refused, naming the variable and never the token, nor what may be one", () => {
  test.each([
    [
      "TRAP 17: a colon in the user name",
      { user: "me:test-token" },
      "BERTH_BAD_CREDENTIAL: CI_REGISTRY_USER: the user name has a colon in it",
    ],
    [
      "a line break in the user name",
      { user: "me\n" },
      "BERTH_BAD_CREDENTIAL: CI_REGISTRY_USER: the user name has a control character in it",
    ],
    [
      "no registry",
      { registry: "a b" },
      'BERTH_BAD_REGISTRY: CI_REGISTRY: "a b" is not a registry',
    ],
  ])("%s", async (_, parts, said) => {
    expect(await complaint(() => password.login(request(parts)))).toBe(said);
  });
});

test("any registry that no other kind recognises is logged in to by user and password", () => {
  expect(opened(loginTo(request()))).toEqual(opened(password.login(request())));
  expect([registryKinds.at(-1)?.name, password.recognises()]).toEqual(["password", true]);
});
