import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { describeWith } from "../support/describe-with.ts";
import { ended, OWN } from "./support/exec.ts";
import { COUNTS_SIGNALS, changed, makeSlowBase, type Running, start } from "./support/running.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { quoted } from "./support/shells.ts";

const CTRL_C = "\u0003";
const CTRL_Z = "\u001a";
const CTRL_BACKSLASH = "\u001c";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("exec-terminal");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

/** Runs a line of sh on a terminal of its own, which shows control characters as ^C and ends lines with CR LF. */
const onTerminal = (line: string, change = {}): Running =>
  start(place, ["script", "--quiet", "--return", "--command", line, "/dev/null"], change);

const exec = (command: readonly string[]): string =>
  ["exec", "berth", "exec", "--quiet", "--", ...command].map(quoted).join(" ");

const lines = (...words: readonly string[]): string => words.map((word) => `${word}\r\n`).join("");

describeWith(["script"], "on a terminal", () => {
  test.each([
    ["Ctrl-C", "INT", CTRL_C, "^C"],
    ["Ctrl-\\", "QUIT", CTRL_BACKSLASH, "^\\"],
  ])(
    "one %s reaches the command once, and a second one is not lost",
    async (...[, name, key, shown]) => {
      const one = onTerminal(exec(COUNTS_SIGNALS));
      await one.said("ready");
      one.type(key);
      expect(await one.end).toEqual(ended(41, lines("ready", `${shown}${name} 1`)));
      const two = onTerminal(exec(COUNTS_SIGNALS));
      await two.said("ready");
      two.type(key);
      await two.said(`${name} 1`);
      two.type(key);
      expect(await two.end).toEqual(
        ended(42, lines("ready", `${shown}${name} 1`, `${shown}${name} 2`)),
      );
    },
  );

  test("Ctrl-C ends a command that does nothing about it, and the status says so", async () => {
    const run = onTerminal(exec(["sh", "-c", "echo ready; exec sleep 60"]));
    await run.said("ready");
    run.type(CTRL_C);
    expect(await run.end).toEqual(ended(130, "ready\r\n^C"));
  });

  test.each(["TERM", "HUP", "USR1", "USR2"])(
    "SIG%s to berth reaches the command once",
    async (name) => {
      const run = onTerminal(`echo "$$."; ${exec(COUNTS_SIGNALS)}`);
      const [pid = ""] = (await run.said("ready")).split(".");
      process.kill(Number(pid), `SIG${name}`);
      expect(await run.end).toEqual(ended(41, lines(`${pid}.`, "ready", `${name} 1`)));
    },
  );

  test("Ctrl-C while the berth is being made: the command is not run, and nothing is left", async () => {
    const BERTH_DOCKER_CONFIG = await makeSlowBase(join(place.folder, "base"));
    const touched = changed(place.temporary);
    const run = onTerminal(exec(["echo", "ran"]), { BERTH_DOCKER_CONFIG });
    await touched;
    run.type(CTRL_C);
    expect(await run.end).toEqual(ended(130, "^C"));
  });

  // The berth is told of a moment before the command is started.
  test("Ctrl-C when the berth is made just now is not lost", async () => {
    const run = onTerminal("exec berth exec -- sh -c 'sleep 1; echo ran'", { NO_COLOR: "1" });
    await run.said("berth: ");
    run.type(CTRL_C);
    const { stdout, ...rest } = await run.end;
    expect(rest).toEqual({ exitCode: 130, stderr: "", left: [] });
    expect(stdout.replace("^C", "")).toBe(
      lines(
        `berth: GitLab CI job 1 uses ${OWN}`,
        "  login      registry.example.com  as gitlab-ci-token  by CI_REGISTRY_PASSWORD",
      ),
    );
  });

  describeWith(["bash"], "in an interactive shell", () => {
    const inBash = async (line: string): Promise<Running> => {
      const run = onTerminal("PS1='> ' exec bash --norc -i");
      await run.said("> ");
      run.type(`${line}\r`);
      return run;
    };
    const log = () => readFile(join(place.folder, "log"), "utf8");

    test("Ctrl-Z stops the command, and fg goes on with it", async () => {
      const command = "echo a >> log; echo rea''dy; sleep 0.5; echo b >> log";
      const run = await inBash(exec(["sh", "-c", command]).replace(/^'exec' /, ""));
      await run.said("\nready");
      run.type(CTRL_Z);
      await run.said("Stopped");
      expect(await log()).toBe("a\n");
      run.type("fg; exit 5\r");
      expect(await run.end).toMatchObject({ exitCode: 5, left: [] });
      expect(await log()).toBe("a\nb\n");
    });

    test("a shell as the command has the terminal to itself: Ctrl-C ends what runs in it", async () => {
      const run = await inBash("berth exec --quiet -- bash --norc -i; exit $?");
      await run.said("bash");
      run.type("sh -c 'echo rea''dy; exec sleep 60'\r");
      await run.said("\nready");
      run.type(CTRL_C);
      run.type("echo $? >> log; exit 6\r");
      expect(await run.end).toMatchObject({ exitCode: 6, left: [] });
      expect(await log()).toBe("130\n");
    });
  });
});
