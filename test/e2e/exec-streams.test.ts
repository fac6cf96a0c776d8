import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { describeWith } from "../support/describe-with.ts";
import { berthsIn, ended, masked, OWN, script } from "./support/exec.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";
import { quoted } from "./support/shells.ts";

const MANY = 30_000_000;

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("exec-streams");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

describe("stdin, stdout and stderr are the command's own", () => {
  test.each([
    ["to stdout", "cat"],
    ["to stderr", "cat >&2"],
  ])("every byte of stdin comes through %s", async (_, copy) => {
    const input = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (__, at) => at)),
      randomBytes(300_000),
    ]);
    const [file = "", ...args] = place.command(["exec", "--quiet", "--", "sh", "-c", copy]);
    const options = { env: place.job(), extendEnv: false, input, encoding: "buffer" } as const;
    const { stdout, stderr } = await execa(file, args, options);
    const [through, other] = copy === "cat" ? [stdout, stderr] : [stderr, stdout];
    expect(Buffer.from(through).equals(input)).toBe(true);
    expect(other).toHaveLength(0);
  });

  const zeros = `head -c ${MANY} /dev/zero`;

  test.each([
    ["stdin", `${zeros} | berth exec --quiet -- sh -c 'sleep 0.3; wc -c'`],
    ["stdout", `berth exec --quiet -- ${zeros} | { sleep 0.3; wc -c; }`],
    [
      "stderr",
      `berth exec --quiet -- sh -c '${zeros} >&2' 2>&1 >/dev/null | { sleep 0.3; wc -c; }`,
    ],
  ])("more than a pipe holds comes through %s, however slow the reader is", async (_, line) => {
    expect(await script(place, line)).toEqual(ended(0, `${MANY}\n`));
  });

  test("what the command does not read of stdin is for the next one", async () => {
    const line = `printf 'a\\nb\\nc\\n' | { berth exec -- sh -c 'read line; echo "[$line]"' 2> /dev/null; cat; }`;
    expect(await script(place, line)).toEqual(ended(0, "[a]\nb\nc\n"));
  });

  test("what the command writes comes at once, not at its end", async () => {
    const line = `mkfifo go; berth exec --quiet -- sh -c 'echo first; read x < go; echo "$x"' | {
      read x; echo "$x"; echo second > go; cat; }`;
    expect(await script(place, line)).toEqual(ended(0, "first\nsecond\n"));
  });
});

describe("a stream that cannot be used", () => {
  const exit = (redirection: string, command = "exit 7") =>
    script(place, `berth exec --quiet -- sh -c ${quoted(command)} ${redirection}\n(exit $?)`);

  test.each([
    ["< /dev/null", "cat; exit 7"],
    ["<&-", "cat; exit 7"],
    [">&-", "exit 7"],
    ["2>&-", "exit 7"],
    ["<&- >&- 2>&-", "cat; exit 7"],
  ])("is none of berth's business: %s", async (redirection, command) => {
    expect(await exit(redirection, command)).toEqual(ended(7));
  });

  test("a reader of stdout that goes away ends the command as without berth", async () => {
    const line = "{ berth exec --quiet -- yes; echo $? >&2; } | head -n 1";
    expect(await script(place, line)).toEqual(ended(0, "y\n", "141\n"));
  });

  test("a reader of stdout that is gone before the command ends changes nothing", async () => {
    const line = "{ berth exec --quiet -- sh -c 'sleep 0.5; exit 7'; echo $? >&2; } | true";
    expect(await script(place, line)).toEqual(ended(0, "", "7\n"));
  });

  // What berth has to say of the berth is no reason not to run the command, nor to leave a berth with credentials.
  test.each([
    ["has no reader any more", "2>&1 >&3 | true; } 3>&1"],
    ["is a full disk", "2> /dev/full; }"],
  ])("the command runs where stderr %s, and its berth is gone", async (_, redirection) => {
    const command = "sleep 0.5; echo ran; exit 7";
    const line = `{ { sleep 0.2; berth exec -- sh -c ${quoted(command)}; echo $?; } ${redirection}`;
    expect(await script(place, line)).toEqual(ended(0, "ran\n7\n"));
  });

  test("the status is the command's where stdout is a full disk", async () => {
    expect(await exit("> /dev/full")).toEqual(ended(7));
  });
});

describeWith(["script"], "on a terminal", () => {
  /** Runs a line of sh on a terminal of its own; a terminal ends lines with CR LF. */
  const onTerminal = async (line: string) => {
    const words = ["script", "--quiet", "--return", "--command", line, "/dev/null"];
    const { exitCode, stdout, stderr } = await place.run(words, place.job());
    return {
      exitCode,
      stdout: masked(place, stdout).replaceAll("\r\n", "\n"),
      stderr,
      left: await berthsIn(place),
    };
  };
  const which = `for i in 0 1 2; do if [ -t "$i" ]; then echo "$i"; fi; done; exit 5`;
  const line = `berth exec --quiet -- sh -c ${quoted(which)}`;

  test.each([
    ["", "0\n1\n2\n"],
    ["< /dev/null", "1\n2\n"],
    ["2> /dev/null", "0\n1\n"],
    ["< /dev/null 2> /dev/null", "1\n"],
  ])("the command sees it, and what is redirected: %s", async (redirection, stdout) => {
    expect(await onTerminal(`${line} ${redirection}`)).toEqual(ended(5, stdout));
  });

  test("its size is the command's, and its modes are as before", async () => {
    const size = `stty rows 33 cols 77; before=$(stty -a); berth exec --quiet -- stty size; [ "$before" = "$(stty -a)" ]`;
    expect(await onTerminal(size)).toEqual(ended(0, "33 77\n"));
  });

  test("the report is in colours, unless NO_COLOR is set", async () => {
    const report = (strong: string, normal: string, good: string, plain: string) =>
      `berth: GitLab CI job 1 uses ${strong}${OWN}${normal}
  ${good}login      ${plain}registry.example.com  as gitlab-ci-token  by CI_REGISTRY_PASSWORD\n`;
    expect(await onTerminal("berth exec -- true")).toEqual(
      ended(0, report("\u001b[1m", "\u001b[22m", "\u001b[32m", "\u001b[39m")),
    );
    expect(await onTerminal("NO_COLOR=1 berth exec -- true")).toEqual(
      ended(0, report("", "", "", "")),
    );
  });
});
