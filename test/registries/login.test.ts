import { describe, expect, test } from "@jest/globals";
import type { LoginRequest } from "../../src/registries/kind.ts";
import { loginTo } from "../../src/registries/login.ts";
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
    expect(opened(loginTo(request(parts)))).toEqual({
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
    expect(await complaint(() => loginTo(request(parts)))).toBe(said);
  });
});

test("for a part of a registry has a key of its own, which clients of Docker do not look at", () => {
  const { keys } = loginTo(request({ registry: "R.example:5000/group/a", part: "group/a" }));
  expect(keys).toEqual(["r.example:5000/group/a"]);
});

test("that was made for this run, and ends, says so", () => {
  const until = new Date("2026-01-02T03:04:05Z");
  expect(opened(loginTo(request({ until, isIssued: true })).entry)).toEqual({
    ...{ user: "me", auth: { secret: base64("me:test-token") }, from: "CI_REGISTRY_PASSWORD" },
    ...{ until, isIssued: true },
  });
});
