import { expect, test } from "@jest/globals";
import { barsOf } from "./bars.ts";
import { executable, onNode } from "./program-figures.ts";

const login = { label: "docker login, 1 registry", seconds: 0.018, own: false };
const alone = { label: "berth, executable, 3 registries", seconds: 0.0182, own: true };
const withNode = [
  { label: "berth on Node 20, 3 registries", seconds: 0.09, own: true },
  { label: "node -e 0 on Node 20", seconds: 0.06, own: false },
];
const { beside: _, ...withoutLogin } = executable;

test.each([
  ["all there is", [onNode, executable], [login, alone, ...withNode]],
  [
    "the first of two Nodes",
    [onNode, { ...onNode, name: "Node 22.1.0" }, executable],
    [login, alone, ...withNode],
  ],
  ["no docker", [onNode, withoutLogin], [alone, ...withNode]],
  ["no executable", [onNode], withNode],
])("%s", (_, figures, bars) => {
  expect(barsOf(figures)).toEqual(bars);
});
