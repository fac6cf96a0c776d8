import { expect, test } from "@jest/globals";
import { readOptions } from "./options.ts";

const usual = {
  runs: 30,
  nodes: [],
  executable: `executables/berth-linux-${process.arch}`,
  output: "docs",
};

test.each([
  [[], usual],
  [["--runs", "100"], { ...usual, runs: 100 }],
  [["--node", "/n22", "--node", "n24"], { ...usual, nodes: ["/n22", "n24"] }],
  [["--executable", "/b", "--output=o"], { ...usual, executable: "/b", output: "o" }],
])("%j is understood", (args, options) => {
  expect(readOptions(args)).toEqual(options);
});

test.each([
  [["--runs", "0"], "--runs 0: not a count"],
  [["--runs", "many"], "--runs many: not a count"],
  [["--runs", "1.5"], "--runs 1.5: not a count"],
])("%j is refused", (args, message) => {
  expect(() => readOptions(args)).toThrow(new Error(message));
});
