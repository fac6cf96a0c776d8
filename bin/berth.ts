#!/usr/bin/env node
import { homedir, tmpdir } from "node:os";

// Nothing that berth makes may be seen by others, whatever the runner's umask is (TRAP 31).
process.umask(0o077);

const orNothing = (read: () => string): string | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

// The working directory may have been removed. Libraries ask for it when they are loaded, hence before they are.
const cwd = orNothing(process.cwd);
if (cwd === undefined) process.chdir("/");
const { main } = await import("../src/main.ts");

const machine = {
  env: process.env,
  cwd: cwd ?? "/",
  uid: process.getuid?.(),
  // A uid without an entry in the user database has no home.
  homeDirectory: orNothing(homedir),
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
