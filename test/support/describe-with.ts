import { describe, test } from "@jest/globals";
import type { Obstacles } from "./obstacles.ts";
import { available, withPackage } from "./programs.ts";

type DescribeWith = (programs: readonly string[], name: string, body: () => void) => void;

/** A describeWith for a machine on which the programs with `obstacles` do not work, though installed. */
export const describeDespite =
  (obstacles: Obstacles): DescribeWith =>
  (programs, name, body) => {
    const missing = programs.filter((program) => !available(program)).map(withPackage);
    const reasons = [
      ...missing.map((it) => `not on PATH, and test/setup.sh would install it: ${it}`),
      ...programs.flatMap((program) => obstacles[program] ?? []),
    ];
    if (reasons.length === 0) {
      describe(name, body);
      return;
    }
    const required = process.env["BERTH_TEST_REQUIRE_ALL"] === "1";
    if (!required) process.stderr.write(`SKIPPED: ${name}: ${reasons.join("; ")}\n`);
    describe(name, () => {
      (required ? test : test.skip)("can run here", () => {
        throw new Error(reasons.join("\n"));
      });
    });
  };

/**
 * A `describe` that needs `programs`. Without one of them it is skipped, and says on stderr what to install;
 * with BERTH_TEST_REQUIRE_ALL=1 it fails instead, so that a CI job cannot skip silently.
 */
export const describeWith: DescribeWith = describeDespite({});
