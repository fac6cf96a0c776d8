import { describe as anyDescribe, test as anyTest, expect } from "@jest/globals";

/** Whether the Node build is tested, not an executable. */
export const isNodeBuild = process.env["BERTH_TEST_EXECUTABLE"] === undefined;

// By design, not for lack of something: no failure where nothing may be skipped.
if (!isNodeBuild) {
  process.stderr.write(`SKIPPED: ${expect.getState().testPath}: what only the Node build has\n`);
}

/** For what an executable does not have: the GitHub Action, and a Node that may be too old. With one it is skipped. */
export const describe = isNodeBuild ? anyDescribe : anyDescribe.skip;

/** As `describe`. */
export const test = isNodeBuild ? anyTest : anyTest.skip;
