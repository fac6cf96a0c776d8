import { describe, expect, test } from "@jest/globals";
import { endIn, objectIn, secretIn, textIn } from "../../src/exchange/answer.ts";
import { Lacking } from "../../src/registries/kind.ts";
import { NOW } from "../fixtures/asking.ts";
import { opened } from "../fixtures/opened.ts";

/** What is found, or why nothing is. */
const found = (work: () => unknown) => {
  try {
    return opened(work());
  } catch (error) {
    if (error instanceof Lacking) return [error.message, error.hint];
    throw error;
  }
};

const lacking = [
  "JFrog Access: there is no token in its answer",
  "is a proxy, or a server of another kind, in between?",
];

const ANSWERS: readonly (readonly [what: string, answer: Readonly<Record<string, unknown>>])[] = [
  ["without it", { other: "hunter2" }],
  ["with an empty one", { token: "" }],
  ["with null", { token: null }],
  ["with a number", { token: 7 }],
  ["with what objects are made of", JSON.parse('{"__proto__":{"token":"x"}}')],
];

describe("a text in an answer", () => {
  test("is found, and a secret is sealed", () => {
    const answer = { token: " hunter2\n" };
    expect([
      found(() => textIn(answer, "token", "JFrog Access")),
      found(() => secretIn(answer, "token", "JFrog Access")),
    ]).toEqual([" hunter2\n", { secret: " hunter2\n" }]);
  });

  test.each([
    ...ANSWERS,
    ["with a list", { token: ["hunter2"] }] as const,
    ["with an object", { token: { token: "hunter2" } }] as const,
  ])("is lacking in one %s", (_, answer) => {
    expect(found(() => textIn(answer, "token", "JFrog Access"))).toEqual(lacking);
    expect(found(() => secretIn(answer, "token", "JFrog Access"))).toEqual(lacking);
  });
});

describe("an object in an answer", () => {
  test.each([
    ["as it is", { token: { a: 1 } }],
    ["as the first of a list", { token: [{ a: 1 }, { a: 2 }] }],
  ])("is found %s", (_, answer) => {
    expect(found(() => objectIn(answer, "token", "JFrog Access"))).toEqual({ a: 1 });
  });

  test.each([
    ...ANSWERS,
    ["with a text", { token: "hunter2" }] as const,
    ["with an empty list", { token: [] }] as const,
    ["with a list of lists", { token: [[{ a: 1 }]] }] as const,
  ])("is lacking in one %s", (_, answer) => {
    expect(found(() => objectIn(answer, "token", "JFrog Access"))).toEqual(lacking);
  });
});

describe("the end of what is good for some seconds", () => {
  const inSeconds = (seconds: number) => ({ until: new Date(NOW.getTime() + seconds * 1000) });

  test.each([
    ["3599", 3599, inSeconds(3599)],
    ["3599 as a text, as Azure once wrote it", "3599", inSeconds(3599)],
    ["half a second", 0.5, inSeconds(0.5)],
    ["three years", 1e8, inSeconds(1e8)],
    ["no seconds", 0, {}],
    ["less than none", -1, {}],
    ["too many", 1e9, {}],
    ["far too many", 1e300, {}],
    ["a moment", "2026-01-02T04:04:05Z", {}],
    ["an empty text", "", {}],
    ["null", null, {}],
    ["an object", { seconds: 1 }, {}],
  ])("%s", (_, seconds, expected) => {
    expect(endIn({ expires_in: seconds }, NOW)).toEqual(expected);
  });

  test("is not known where nothing is said", () => {
    expect(endIn({}, NOW)).toEqual({});
  });
});
