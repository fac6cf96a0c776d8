import { writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { allEnded, allOf, ended, exec } from "./support/exec.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("exec-status");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

describe("the exit status", () => {
  test("is the command's own, and the berth is gone", async () => {
    const numbers = [0, 1, 2, 7, 126, 127, 128, 143, 255];
    const commands = numbers.map((number) => ["sh", "-c", `exit ${number}`]);
    expect(await allOf(place, commands)).toEqual(allEnded(numbers.map((number) => [number])));
  });

  // Those that end a process that does nothing about them.
  const harmless = "CHLD CONT STOP TSTP TTIN TTOU URG WINCH".split(" ").map((it) => `SIG${it}`);
  const deadly = Object.entries(constants.signals).filter(([name]) => !harmless.includes(name));
  const dying = (number: number) => ["sh", "-c", `ulimit -c 0; kill -${number} $$; sleep 9`];

  test("is 128 and the number of the signal that it died of, and the berth is gone", async () => {
    const numbers = [...new Set(deadly.map(([, number]) => number))];
    expect(await allOf(place, numbers.map(dying))).toEqual(
      allEnded(numbers.map((number) => [128 + number])),
    );
  });

  test("is 127 or 126 as in a shell where the command cannot be run, and it is said why", async () => {
    const [plain, broken] = [join(place.folder, "plain"), join(place.folder, "broken")];
    await writeFile(plain, "#!/bin/sh\n", { mode: 0o644 });
    await writeFile(broken, "#!/no/such/program\n", { mode: 0o755 });
    const cases = [
      ["nonexistent-program", 127, "nonexistent-program is not found"],
      ["./nonexistent", 127, "./nonexistent is not found"],
      ["./broken", 127, "./broken is not found"],
      ["--", 127, "-- is not found"],
      ["--help", 127, "--help is not found"],
      ["./plain", 126, "./plain cannot be run (EACCES)"],
      [plain, 126, "<folder>/plain cannot be run (EACCES)"],
      ["/", 126, "/ cannot be run (EACCES)"],
      ["./plain/x", 126, "./plain/x cannot be run (ENOTDIR)"],
    ] as const;
    expect(
      await allOf(
        place,
        cases.map(([command]) => [command, "x"]),
      ),
    ).toEqual(allEnded(cases.map(([, status, text]) => [status, `berth: error: ${text}\n`])));
  });

  test("is 127 for an empty name, as in a shell", async () => {
    const { exitCode, left } = await exec(place, [""]);
    expect({ exitCode, left }).toEqual({ exitCode: 127, left: [] });
  });

  test("a file without a #! line is run as a shell does it", async () => {
    await writeFile(join(place.folder, "bare"), 'echo "$1"; exit 7\n', { mode: 0o755 });
    expect(await exec(place, ["./bare", "a  b"])).toEqual(ended(7, "a  b\n"));
  });

  test("a command that cannot be found shows nothing that could do harm to a log", async () => {
    const name = "\n::error::x\r\n##vso[task.x]\n##teamcity[x]\u001b[31m\u202e";
    const shown =
      "\\x0a::error::x\\x0d\\x0a#\\x23vso[task.x]\\x0a#\\x23teamcity[x]\\x1b[31m\\u{202e}";
    expect(await exec(place, [name])).toEqual(
      ended(127, "", `berth: error: ${shown} is not found\n`),
    );
  });

  test("what the command has started and goes on is not waited for", async () => {
    const started = Date.now();
    const run = await exec(place, ["sh", "-c", "sleep 20 > /dev/null 2>&1 & exit 4"]);
    expect(run).toEqual(ended(4));
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
