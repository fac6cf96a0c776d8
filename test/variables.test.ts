import { describe, expect, test } from "@jest/globals";
import { checkOneLine, present, seal } from "../src/variables.ts";
import { complaint } from "./fixtures/complaint.ts";
import { opened } from "./fixtures/opened.ts";

test("TRAP 48: an empty variable counts as unset", () => {
  expect(present({ A: "", B: undefined, C: "0", D: " " })).toEqual({ C: "0", D: " " });
});

test("a variable named like a part of objects is like any other, and those that are not set are not there", () => {
  const env = present(JSON.parse('{"__proto__":"x","constructor":"y"}'));
  expect([Object.entries(env), env["toString"], Reflect.get({}, "x")]).toEqual([
    [
      ["__proto__", "x"],
      ["constructor", "y"],
    ],
    undefined,
    undefined,
  ]);
});

describe("seal() takes secrets out of the environment", () => {
  test.each([
    ["as it is", "test-token", "test-token"],
    ["TRAP 17: without one line break at its end", "test-token\n", "test-token"],
    ["without the line break of Windows", "test-token\r\n", "test-token"],
    ["with the line breaks inside", "a\nb\n\n", "a\nb\n"],
    ["with blanks", " a ", " a "],
  ])("%s", (_, value, secret) => {
    expect(opened(seal(present({ TOKEN: value, A: "a" }), ["TOKEN"]))).toEqual({
      env: { A: "a" },
      secrets: { TOKEN: { secret } },
    });
  });

  test.each(["\n", "\r\n"])("%j alone counts as unset", (value) => {
    expect(opened(seal(present({ TOKEN: value }), ["TOKEN", "OTHER", ""]))).toEqual({
      env: {},
      secrets: {},
    });
  });

  test("and leaves what it was given as it was", () => {
    const env = present({ TOKEN: "test-token" });
    seal(env, ["TOKEN"]);
    expect(env).toEqual({ TOKEN: "test-token" });
  });

  test("a name of an object's part is no secret where it is not set", () => {
    expect(Object.keys(seal(present({}), ["toString", "__proto__"]).secrets)).toEqual([]);
  });
});

describe("checkOneLine() gives a value back that every shell can carry", () => {
  test.each(["a b", "$(id)\t'\"", "é", ""])("%j", (value) => {
    expect(checkOneLine(value, "X")).toBe(value);
  });

  test.each([
    ["a\nexit", "a\\x0aexit"],
    ["a\r", "a\\x0d"],
    ["\0", "\\x00"],
  ])("but refuses %j", async (value, shown) => {
    expect(await complaint(() => checkOneLine(value, "CI_X"))).toBe(
      `BERTH_BAD_VALUE: CI_X: a line break in its value "${shown}"`,
    );
  });
});
