import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { json } from "../../src/shells/json.ts";
import type { Shell } from "../../src/shells/shell.ts";
import { hostileText } from "../fixtures/hostile-text.ts";
import { failed, outputOf } from "../fixtures/output.ts";

test("tells the whole output, with the variables as an object", () => {
  const output = outputOf({
    variables: [["DOCKER_CONFIG", "/tmp/a b"]],
    unset: ["DOCKER_AUTH_CONFIG"],
    registries: [{ registry: "r.example", user: "u", from: "CI_JOB_TOKEN" }],
    notices: [{ level: "warning", text: "w", hint: "h" }],
  });
  expect(JSON.parse(json.render(output))).toEqual({
    system: "gitlab",
    job: "7001",
    directory: "/tmp/berth-1000/gitlab-7001-abc",
    variables: { DOCKER_CONFIG: "/tmp/a b" },
    unset: ["DOCKER_AUTH_CONFIG"],
    registries: [{ registry: "r.example", user: "u", from: "CI_JOB_TOKEN" }],
    notices: [{ level: "warning", text: "w", hint: "h" }],
  });
});

test.each([true, false])("a failure is an object, too (in a CI job: %p)", (inCiJob) => {
  const shell: Shell = json;
  expect(JSON.parse(shell.stop(failed, inCiJob))).toEqual({
    error: { code: "BERTH_DISK", message: "cannot write /x: no space left", hint: "free it" },
  });
});

test("TRAP 38: no control character and no runner's command stands in it as it is", () => {
  const value = "\x7f\u2028\u202e##vso[task.x]###[";
  const text = json.render(outputOf({ variables: [["X", value]] }));
  expect([/[^\P{Cc}\n]|\p{Cf}|\p{Zl}|##/u.test(text), JSON.parse(text).variables]).toEqual([
    false,
    { X: value },
  ]);
});

test("any value is read back, and ends with the line", () => {
  fc.assert(
    fc.property(hostileText, (value) => {
      const text = json.render(outputOf({ variables: [["X", value]] }));
      expect(JSON.parse(text).variables).toEqual({ X: value });
      expect(text.endsWith("}\n")).toBe(true);
    }),
  );
});
