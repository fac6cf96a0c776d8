#!/usr/bin/env node
import { homedir, tmpdir } from "node:os";
import { main } from "../src/main.ts";

// Nothing that berth makes may be seen by others, whatever the runner's umask is (TRAP 31).
process.umask(0o077);

// A uid without an entry in the user database has no home.
const homeDirectory = (): string | undefined => {
  try {
    return homedir();
  } catch {
    return undefined;
  }
};

const machine = {
  env: process.env,
  cwd: process.cwd(),
  uid: process.getuid?.(),
  homeDirectory: homeDirectory(),
  tempDirectory: tmpdir(),
  now: new Date(),
};
const terminal = { stdoutIsTty: process.stdout.isTTY, stderrIsTty: process.stderr.isTTY };

const { stdout, stderr, status } = await main(process.argv.slice(2), machine, terminal);
process.stderr.write(stderr);
process.stdout.write(stdout);
process.exitCode = status;
