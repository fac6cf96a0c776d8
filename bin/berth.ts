#!/usr/bin/env node
import { tmpdir, userInfo } from "node:os";

const orNothing = (read: () => string): string | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const run = async (): Promise<void> => {
  // Nothing that berth makes may be seen by others, whatever the runner's umask is (TRAP 31).
  process.umask(0o077);
  // The working directory may have been removed. Libraries ask for it when they are loaded, hence before they are.
  const cwd = orNothing(process.cwd);
  if (cwd === undefined) process.chdir("/");
  const { main } = await import("../src/main.ts");

  const machine = {
    env: process.env,
    cwd: cwd ?? "/",
    uid: process.getuid?.(),
    // HOME apart. A uid without an entry in the user database has none.
    homeDirectory: orNothing(() => userInfo().homedir),
    tempDirectory: tmpdir(),
    now: new Date(),
  };
  const terminal = { stdoutIsTty: process.stdout.isTTY, stderrIsTty: process.stderr.isTTY };
  const { stdout, stderr, status } = await main(process.argv.slice(2), machine, terminal);

  // A closed pipe or a full disk behind stdout is a failure like any other, not a crash.
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", ({ message }) => {
    process.exitCode = 1;
    process.stderr.write(`berth: error: cannot write to stdout: ${message}\n`);
  });
  process.exitCode = status;
  process.stderr.write(stderr);
  process.stdout.write(stdout);
};

// An older Node would crash while it loads what berth needs, with nothing on stdout: the job would go on without a berth.
const refuse = (): void => {
  const inCiJob = !["", "false", "0"].includes(process.env["CI"] ?? "");
  process.exitCode = 1;
  process.stderr.write(
    `berth: error: Node ${process.versions.node} is too old: 20.19 or later is needed\n`,
  );
  process.stdout.write(inCiJob ? "exit 1;\n" : "(exit 1);\n");
};

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 20 || (major === 20 && minor >= 19)) await run();
else refuse();
