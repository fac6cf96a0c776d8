import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { progressFor } from "../src/progress.ts";
import { styleFor } from "../src/style.ts";
import { machineIn } from "./fixtures/machine.ts";

/** All that is told while two things are waited for, one of which fails. */
const told = async (quiet: boolean, isLive: boolean): Promise<readonly string[]> => {
  const said: string[] = [];
  const machine = machineIn("/", { tell: (text) => said.push(text) });
  const progress = progressFor(quiet, machine, styleFor(false, isLive));
  const works = [
    progress("asking for a.example, by A", wait(200, "a")),
    progress(
      "asking for b.example, by B",
      wait(100).then(() => Promise.reject(new Error("b"))),
    ),
  ];
  const [one, other] = await Promise.allSettled(works);
  expect([one, other]).toMatchObject([{ value: "a" }, { reason: { message: "b" } }]);
  const before = said.length;
  await wait(200);
  expect(said.length).toBe(before);
  return said;
};

test("in a log there is a line for each", async () => {
  expect(await told(false, false)).toEqual([
    "berth: asking for a.example, by A\n",
    "berth: asking for b.example, by B\n",
  ]);
});

test("on a terminal one line moves, and is gone at the end", async () => {
  const said = await told(false, true);
  const CLEARED = "\r\u001b[K";
  const lines = said.map((text) => text.replace(CLEARED, "").slice(1));
  expect(said.filter((text) => !text.startsWith(CLEARED))).toEqual([]);
  expect([lines[0], lines.at(-2), said.at(-1)]).toEqual([
    " berth: asking for a.example, by A (and 1 more)",
    " berth: asking for a.example, by A",
    CLEARED,
  ]);
  expect(said.filter((text) => text.includes("\n"))).toEqual([]);
});

test("quiet says nothing", async () => {
  expect(await told(true, true)).toEqual([]);
});

test("and is never longer than a line", async () => {
  const said: string[] = [];
  const machine = machineIn("/", { tell: (text) => said.push(text) });
  const progress = progressFor(false, machine, styleFor(false, true));
  const work = wait(150);
  await Promise.all([progress("x".repeat(200), work), progress("y".repeat(200), work)]);
  expect(said[0]).toBe(`\r\u001b[K⠙ berth: ${"x".repeat(56)}… (and 1 more)`);
});
