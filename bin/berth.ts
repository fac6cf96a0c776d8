#!/usr/bin/env node
import { finishProcess, readyProcess } from "./process.ts";

const run = async (): Promise<void> => {
  const machine = readyProcess();
  const { main } = await import("../src/main.ts");
  const terminal = { stdoutIsTty: process.stdout.isTTY, stderrIsTty: process.stderr.isTTY };
  finishProcess(await main(process.argv.slice(2), machine, terminal));
};

// An older Node would crash while it loads what berth needs, with nothing on stdout: the job would go on without a berth.
const refuse = (): void => {
  const isEvaluated = process.argv[2] === "ci-env";
  const inCiJob = !["", "false", "0"].includes(process.env["CI"] ?? "") || !process.stderr.isTTY;
  const stop = inCiJob ? "exit 1;\n" : "(exit 1);\n";
  const stderr = `berth: error: Node ${process.versions.node} is too old: 20.19 or later is needed\n`;
  finishProcess({ stdout: isEvaluated ? stop : "", stderr, status: 1 });
};

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 20 || (major === 20 && minor >= 19)) await run();
else refuse();
