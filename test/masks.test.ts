import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { azure } from "../src/ci/azure.ts";
import { buildkite } from "../src/ci/buildkite.ts";
import { github } from "../src/ci/github.ts";
import { gitlab } from "../src/ci/gitlab.ts";
import type { CiSystem } from "../src/ci/system.ts";
import { maskIssued } from "../src/masks.ts";
import { styleFor } from "../src/style.ts";
import { base64, configOf, login } from "./fixtures/configs.ts";
import { planAt } from "./fixtures/plan.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./support/temporary-folder.ts";

const LOG = styleFor(false);
const authFile = configOf({
  auths: {
    "known.example": login("me", "test-token-known"),
    "issued.example": { ...login("AWS", "test;token]%"), isIssued: true },
    "short.example": { ...login("me", "abc"), isIssued: true },
  },
});
const BASE64 = base64("AWS:test;token]%");

interface Circumstances {
  readonly envFile?: string;
  readonly style?: typeof LOG;
  readonly env?: Readonly<Record<string, string>>;
  readonly logIsFile?: boolean;
}

const maskedBy = async (
  { mask }: Pick<CiSystem, "mask">,
  { envFile, style = LOG, env = {}, logIsFile = false }: Circumstances = {},
) => {
  const said: string[] = [];
  const tell = (text: string) => void said.push(text);
  const plan = planAt("/tmp/berth-1/x", { authFile, ...(mask && { mask }) });
  const notices = await maskIssued(plan, { envFile }, { env, logIsFile, tell }, style);
  return { log: said.join(""), notices };
};

describe("what was made for this run is hidden from the log, as it is and as it stands in a config", () => {
  test.each([
    [
      "GitHub",
      github,
      [["test;token]%25", BASE64], [base64("me:abc")]]
        .flat()
        .map((value) => `::add-mask::${value}\n`),
    ],
    [
      "Azure",
      azure,
      ["test%3Btoken%5D%AZP25", BASE64, base64("me:abc")].map(
        (value) => `##vso[task.setsecret]${value}\n`,
      ),
    ],
    ["GitLab, whose log has no way", gitlab, []],
  ] as const)("%s", async (_, system: CiSystem, lines) => {
    expect(await maskedBy(system)).toEqual({ log: lines.join(""), notices: [] });
  });

  test("but not on a terminal, nor for a job that is only tried: there the line is what tells the secret", async () => {
    const nothing = { log: "", notices: [] };
    expect(await maskedBy(github, { style: styleFor(false, true) })).toEqual(nothing);
    expect(await maskedBy(github, { envFile: "job.env" })).toEqual(nothing);
  });
});

test("not in a file, which nobody takes the lines out of: that is said", async () => {
  expect(await maskedBy(github, { logIsFile: true })).toEqual({
    log: "",
    notices: [
      {
        level: "warning",
        text: "what berth says goes to a file, not to the log: the new credentials are not masked in the log",
        hint: "nothing of berth's prints them; take care that no other program does",
      },
    ],
  });
});

describe("by a program, as Buildkite's agent", () => {
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await makeTemporaryFolder("masks");
  });
  afterAll(() => folder.remove());

  const agent = async (script: string) => {
    const bin = join(folder.path, `${Math.random()}`);
    await mkdir(bin);
    await writeFile(join(bin, "buildkite-agent"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { PATH: `${bin}:/usr/bin:/bin`, GIVEN: join(bin, "given") };
  };

  test("each is given on stdin", async () => {
    const env = await agent('{ printf "%s: " "$*"; cat; echo; } >> "$GIVEN"');
    expect(await maskedBy(buildkite, { env })).toEqual({ log: "", notices: [] });
    expect(await readFile(env.GIVEN, "utf8")).toBe(
      ["test;token]%", BASE64, base64("me:abc")]
        .map((value) => `redactor add: ${value}\n`)
        .join(""),
    );
  });

  test("that is not there", async () => {
    expect(await maskedBy(buildkite, { env: { PATH: "/nowhere" } })).toEqual({
      log: "",
      notices: [
        {
          level: "warning",
          text: "buildkite-agent is not on PATH: the new credentials are not masked in the log",
          hint: "nothing of berth's prints them; take care that no other program does",
        },
      ],
    });
  });

  test.each([
    ["that says no", "exit 1"],
    ["that does not read", "exit 0"],
  ])("%s", async (_, script) => {
    const notices =
      script === "exit 0"
        ? []
        : [
            {
              level: "warning",
              text: "buildkite-agent redactor add has failed: the new credentials are not masked in the log",
              hint: "nothing of berth's prints them; take care that no other program does",
            },
          ];
    expect(await maskedBy(buildkite, { env: await agent(script) })).toEqual({ log: "", notices });
  });
});
