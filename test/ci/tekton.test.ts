import { describe, expect, test } from "@jest/globals";
import { tekton } from "../../src/ci/tekton.ts";
import { present } from "../../src/variables.ts";
import { complaint } from "../fixtures/complaint.ts";
import type { Variables } from "../fixtures/environments.ts";
import { opened } from "../fixtures/opened.ts";
import { recorded } from "./recorded/tekton.ts";

const job = (changes: Variables = {}) => tekton.job(present({ ...recorded.push, ...changes }));

describe("a recorded step", () => {
  test.each([
    ["push", recorded.push, "5f0c1b3e-8f1d-4a53-9d2c-0f6b1a2e7c11"],
    ["tag", recorded.tag, "0c6de8a4-3b57-4b1e-8f60-2f7f2b8a9d03"],
    ["pull request", recorded.pullRequest, "b8a1f2d6-70c3-4a29-93de-51c07e6f4a88"],
  ])("of a %s is not detected; it is told by its TaskRun, and has no registry", (_, env, uid) => {
    const access = opened(tekton.access());
    expect({ detected: tekton.detect(), job: tekton.job(present(env)), access }).toEqual({
      detected: false,
      job: { id: uid, key: [uid] },
      access: { logins: [], notices: [] },
    });
  });
});

describe("which job it is", () => {
  test("another pod, of another step or try, is the same job", () => {
    expect(job({ HOSTNAME: "publish-run-x7k2p-publish-pod-retry1" })).toEqual(job());
  });

  test.each([
    ["is not mapped", undefined],
    ["is empty", ""],
    ["stands where Tekton does not replace it", "$(context.taskRun.uid)"],
    ["is not known to a Task", "$(context.pipelineRun.uid)"],
  ])("cannot be told where the uid %s", async (_, value) => {
    expect(await complaint(() => job({ BERTH_JOB_ID: value }))).toBe(
      "BERTH_MISSING_VARIABLE: BERTH_JOB_ID is not set to the TaskRun's uid",
    );
  });
});
