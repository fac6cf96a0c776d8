import { describe, expect, test } from "@jest/globals";
import { gitlab } from "../src/ci/gitlab.ts";
import { helperProgram } from "../src/helper-program.ts";
import { complaint } from "./fixtures/complaint.ts";
import { gitlabJob } from "./fixtures/environments.ts";
import { DIRECTORY, factsOf } from "./fixtures/facts.ts";

const facts = (PATH: string | undefined, ...onPath: string[]) =>
  factsOf(gitlab, { ...gitlabJob, PATH }, { helpersOnPath: new Set(onPath) });

const BIN = `${DIRECTORY}/bin`;
const LINK = { path: "bin/docker-credential-berth", to: "/opt/berth/docker-credential-berth" };

describe("the clients of the job find the helper", () => {
  test("that is on PATH, and nothing is changed", () => {
    expect(helperProgram(facts("/usr/bin", "berth"), "linux")).toEqual({
      links: [],
      variables: [],
    });
  });

  test.each([
    ["behind all that is there", "/usr/local/bin:/usr/bin", `/usr/local/bin:/usr/bin:${BIN}`],
    ["once, however often the job's berth is renewed", `/usr/bin:${BIN}`, `/usr/bin:${BIN}`],
  ])("by a link in the berth, %s", (_, before, after) => {
    expect(helperProgram(facts(before, "pass"), "linux")).toEqual({
      links: [LINK],
      variables: [["PATH", after]],
    });
  });

  test.each([
    ["on Windows, which has no links for everybody", "C:\\Windows", "win32"],
    ["where there is no PATH", undefined, "linux"],
  ])("or it is said, %s", async (_, path, platform) => {
    expect(await complaint(() => helperProgram(facts(path), platform))).toBe(
      "BERTH_USAGE: --store helper: docker-credential-berth is not on PATH",
    );
  });

  test("not by a PATH that no shell can carry", async () => {
    expect(await complaint(() => helperProgram(facts("/a\nb"), "linux"))).toBe(
      'BERTH_BAD_VALUE: PATH: a line break in its value "/a\\x0ab:/tmp/berth-1/gitlab-7001-0123456789abcdef/bin"',
    );
  });
});
