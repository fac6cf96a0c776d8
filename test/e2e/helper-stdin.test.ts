import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { expect } from "@jest/globals";
import { execa } from "execa";
import { test } from "./support/node-build.ts";

const HELPER = fileURLToPath(new URL("../../dist/docker-credential-berth.cjs", import.meta.url));
const env = { PATH: process.env["PATH"] ?? "", TMPDIR: tmpdir() };

/** Whether the helper ends by itself, though nobody ends its stdin, and the first word of what it says. */
const start = async (action: string) => {
  const { timedOut, stdout } = await execa(process.execPath, [HELPER, action], {
    ...{ env, extendEnv: false, reject: false, stdin: "pipe", timeout: 20_000 },
  });
  return [!timedOut, stdout.split(/[: ]/)[0]];
};

test("docker-credential-berth does not wait for stdin where nothing is to be read from it", async () => {
  expect(await Promise.all(["version", "list", "help"].map(start))).toEqual([
    [true, "docker-credential-berth"],
    [true, "berth"],
    [true, "Usage"],
  ]);
}, 60_000);
