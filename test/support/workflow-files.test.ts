import { describe, expect, test } from "@jest/globals";
import { environmentIn, pairsIn } from "./workflow-files.ts";
import { readLog } from "./workflow-log.ts";

describe("a file is read as the runner reads it", () => {
  test.each([
    ["nothing", "", []],
    ["a line", "A=1\n", [["A", "1"]]],
    ["a line without its end", "A=1", [["A", "1"]]],
    [
      "blank lines between",
      "\nA=1\n\nB=2\n",
      [
        ["A", "1"],
        ["B", "2"],
      ],
    ],
    ["no value", "A=\n", [["A", ""]]],
    ["signs in a value", "A=b=c<<d\n", [["A", "b=c<<d"]]],
    [
      "a heredoc",
      "A<<E\n1\n2\nE\nB=2\n",
      [
        ["A", "1\n2"],
        ["B", "2"],
      ],
    ],
    ["a heredoc with nothing in it", "A<<E\nE\n", [["A", ""]]],
    ["a heredoc with a blank line, and no end of its last line", "A<<E\n\n\nE", [["A", "\n"]]],
    ["an end that only looks like one", "A<<E\nEE\n E\nE \nE\n", [["A", "EE\n E\nE "]]],
    ["a carriage return, which stays", "A=1\r\n", [["A", "1\r"]]],
  ])("%s", (_, text, pairs) => {
    expect(pairsIn(text)).toEqual(pairs);
  });

  test.each([
    ["A\n", "Invalid format 'A'"],
    ["=1\n", "Invalid format '=1'"],
    ["<<E\n1\nE\n", "Invalid format '<<E'"],
    ["A<<\n1\n\n", "Invalid format 'A<<'"],
    ["A<<E\n1\n", "Matching delimiter not found 'E'"],
    ["A<<E\r\n1\r\nE\n", "Matching delimiter not found 'E\r'"],
  ])("%j fails the step", (text, message) => {
    expect(() => pairsIn(text)).toThrow(message);
  });
});

test("the last value of a variable counts, and the runner's own stay as they are", () => {
  expect(environmentIn("A=1\nGITHUB_SHA=x\nRUNNER_TEMP=x\nA=2\n")).toEqual({ A: "2" });
  expect(() => environmentIn("node_options=--import=x\n")).toThrow("NODE_OPTIONS");
});

test("a log's commands stand at the start of a line, and are read back", () => {
  const log = "::add-mask::a%25%0D%0Ab%253A\n  ::error file=x,line=1::no\nb ::warning::c\n::\n";
  expect(readLog(log)).toEqual({
    commands: [
      { name: "add-mask", data: "a%\r\nb%3A" },
      { name: "error", data: "no" },
    ],
    lines: ["b ::warning::c", "::"],
  });
});
