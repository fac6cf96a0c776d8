import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { describeWith } from "../support/describe-with.ts";
import { makeSandbox, type Sandbox } from "./support/sandbox.ts";
import { quoted, shells } from "./support/shells.ts";

// On a person's machine: none of the variables of a CI job.
const lines = [
  ['eval "$(berth ci-env)"', 1],
  ["eval $(berth ci-env gitlab)", 1],
  ['eval "$(BERTH_ENV_FILE=none.env berth ci-env)"', 1],
  ["eval $(berth ci-env --frob)", 2],
  ['eval "$(berth)"', 2],
] as const;

const typed = `${lines.map(([line]) => `${line}\necho "$?" >> statuses\n`).join("")}exit 42\n`;
const statuses = lines.map(([, status]) => `${status}\n`).join("");

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("terminal");
});

afterAll(() => sandbox?.remove());

describe.each(shells)("an interactive $name outside of CI", ({ program, command }) => {
  const open = async (words: readonly string[]) => {
    const place = await sandbox.place();
    const { exitCode } = await place.run(words, place.env, { input: typed });
    return { exitCode, statuses: await readFile(join(place.folder, "statuses"), "utf8") };
  };

  describeWith([program], "that reads from a pipe", () => {
    test("stays open after each failure, and $? is the status", async () => {
      expect(await open([...command, "-i"])).toEqual({ exitCode: 42, statuses });
    });
  });

  describeWith([program, "script"], "on a terminal", () => {
    test("stays open after each failure, and $? is the status", async () => {
      const line = [...command, "-i"].map(quoted).join(" ");
      const words = ["script", "--quiet", "--return", "--command", line, "/dev/null"];
      expect(await open(words)).toEqual({ exitCode: 42, statuses });
    });
  });
});
