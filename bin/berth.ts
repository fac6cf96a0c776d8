#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { runHelper } from "./helper.ts";
import {
  finishProcess,
  isCalledAsHelper,
  orNothing,
  readTerminal,
  readyProcess,
} from "./process.ts";

// Node 22.1 and later keep what they have compiled. Beside the program: who may write there could change berth itself. Where
// that cannot be written to, there is none. https://nodejs.org/api/module.html#module-compile-cache
const keepCompiled = (): void => {
  const [, program] = process.argv;
  // An executable is compiled already.
  if (program === undefined || process.versions["bun"] !== undefined) return;
  const folder = join(dirname(realpathSync(program)), "../node_modules/.cache/berth");
  Reflect.get(process.getBuiltinModule("node:module"), "enableCompileCache")?.(folder);
};

// Before a Node that is too old loads what it cannot, or after what nobody foresaw: with nothing on stdout the job would go on without a berth.
const refuse = (reason: string): void => {
  const isEvaluated = process.argv[2] === "ci-env";
  const inCiJob = !["", "false", "0"].includes(process.env["CI"] ?? "") || !process.stderr.isTTY;
  const stop = inCiJob ? "exit 1;\n" : "(exit 1);\n";
  const stderr = `berth: error: ${reason}\n`;
  finishProcess({ stdout: isEvaluated ? stop : "", stderr, status: 1 });
};

const run = async (): Promise<void> => {
  if (isCalledAsHelper()) return runHelper();
  const machine = readyProcess();
  orNothing(keepCompiled);
  const { main } = await import("../src/main.ts");
  finishProcess(await main(process.argv.slice(2), machine, readTerminal()));
};

const { node } = process.versions;
const [major = 0, minor = 0] = node.split(".").map(Number);
const isOld = major < 20 || (major === 20 && minor < 19);
if (isOld) refuse(`Node ${node} is too old: 20.19 or later is needed`);
else run().catch(({ name }) => refuse(`this is a bug in berth: ${name} (BERTH_INTERNAL)`));
