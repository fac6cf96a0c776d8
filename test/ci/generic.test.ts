import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { generic } from "../../src/ci/generic.ts";
import type { Job } from "../../src/ci/system.ts";
import { jobDirectory } from "../../src/job-directory.ts";
import { present } from "../../src/variables.ts";
import type { Variables } from "../fixtures/environments.ts";
import { hostileText } from "../fixtures/hostile-text.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/generic.ts";

const job = (env: Variables): Job => generic.job(present(env));

/** Where that job's berth lies, which is what DOCKER_CONFIG is in a shell that has evaluated it. */
const berthOf = (of: Job, root = "/tmp/berth-1000"): string => {
  const temp = { path: "/tmp", name: "TMPDIR", emptiedByCi: false };
  return jobDirectory({ root, temp }, generic, of).path;
};

describe("a recorded job of a CI that is not known", () => {
  test.each([
    ["push", recorded.push, "91011"],
    ["tag", recorded.tag, "91012"],
    ["pull request", recorded.pullRequest, "91013"],
  ])("of a %s is not detected; it is told by what the user has set", (_, env, id) => {
    const access = opened(generic.access());
    expect({ detected: generic.detect(), job: job(env), access }).toEqual({
      detected: false,
      job: { id, key: [id] },
      access: { logins: [], notices: [] },
    });
  });
});

describe("where the user has set nothing", () => {
  test("each run is a job of its own", () => {
    const runs = Array.from({ length: 100 }, () => job({}));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(100);
    expect(
      runs.filter(({ id, key }) => /^[0-9a-f]{8}-[0-9a-f]{4}$/.test(id) && key[0] === id),
    ).toEqual(runs);
  });

  test("a later run in a shell that has evaluated a berth is of the same job", () => {
    const first = job({});
    const later = job({ DOCKER_CONFIG: berthOf(first) });
    expect(later).toEqual(first);
    expect(berthOf(later)).toBe(berthOf(first));
  });

  test("a later run without the id that an earlier one had is of the same job", () => {
    const id = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9._-]{1,70}$/),
      hostileText.filter((text) => text !== ""),
    );
    fc.assert(
      fc.property(id, (text) => {
        const first = job({ BERTH_JOB_ID: text });
        expect(job({ DOCKER_CONFIG: berthOf(first) })).toEqual(first);
      }),
    );
  });

  test.each([
    ["of the system's temp directory", "/tmp/berth-0/generic-7-0123456789abcdef"],
    ["with a slash at its end", "/tmp/berth-0/generic-7-0123456789abcdef/"],
    ["with blanks and line breaks before it", "/a b\nc/berth-0/generic-7-0123456789abcdef"],
    ["of one process of it", "/tmp/berth-0/generic-7-0123456789abcdef.exec-42-0123456789ab"],
    ["on Windows", "C:\\Temp\\berth\\generic-7-0123456789abcdef"],
  ])("a berth %s tells the job", (_, path) => {
    expect(job({ DOCKER_CONFIG: path })).toEqual({ id: "7", key: ["7"] });
  });

  test.each([
    ["another system", "/tmp/berth-0/gitlab-7-0123456789abcdef"],
    ["another folder", "/tmp/harbour-0/generic-7-0123456789abcdef"],
    ["a folder whose name only ends so", "/tmp/my-berth-0/generic-7-0123456789abcdef"],
    ["a folder in it", "/tmp/berth-0/generic-7-0123456789abcdef/contexts"],
    ["no id", "/tmp/berth-0/generic--0123456789abcdef"],
    ["no hash", "/tmp/berth-0/generic-7"],
    ["a hash that is cut", "/tmp/berth-0/generic-7-0123456789abcde"],
    ["an id with a line break", "/tmp/berth-0/generic-7\n8-0123456789abcdef"],
    ["nobody: the runner's own", "/root/.docker"],
    ["TRAP 48: nobody: empty", ""],
  ])("a DOCKER_CONFIG of %s does not", (_, path) => {
    const [one, other] = [job({ DOCKER_CONFIG: path }), job({ DOCKER_CONFIG: path })];
    expect(one.key).not.toEqual(other.key);
  });
});

test("what the user has set wins over the shell's berth", () => {
  const env = { BERTH_JOB_ID: "8", DOCKER_CONFIG: "/tmp/berth-0/generic-7-0123456789abcdef" };
  expect(job(env)).toEqual({ id: "8", key: ["8"] });
});

test("TRAP 48: an empty id is none", () => {
  const env = { BERTH_JOB_ID: "", DOCKER_CONFIG: "/tmp/berth-0/generic-7-0123456789abcdef" };
  expect(job(env)).toEqual({ id: "7", key: ["7"] });
});

test("an id of up to 60 letters, digits, dots, dashes and underscores is shown as it is", () => {
  const ids = ["7", "build_42.a-1", "a".repeat(60)];
  expect(ids.map((id) => job({ BERTH_JOB_ID: id }).id)).toEqual(ids);
});

test.each(["a".repeat(61), "a/b", "a\n"])("of any other id, such as %j, the hash is", (id) => {
  expect(job({ BERTH_JOB_ID: id }).id).toMatch(/^[0-9a-f]{32}$/);
});

test("TRAP 38: whatever an id is, its berth lies in the folder, apart from those of others", () => {
  const ids = ["../../etc", "a b", "a/b", "a\nb", "$(id)", "a".repeat(100), "a".repeat(101)];
  const paths = ids.map((id) => berthOf(job({ BERTH_JOB_ID: id })));
  const inFolder = /^\/tmp\/berth-1000\/generic-[A-Za-z0-9._-]{1,60}-[0-9a-f]{16}$/;
  expect(paths.filter((path) => inFolder.test(path))).toEqual(paths);
  expect(new Set(paths).size).toBe(ids.length);
});
