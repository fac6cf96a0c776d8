import { test } from "@jest/globals";

/**
 * A `test` that not every machine can run. Where it cannot, it is skipped and says so on stderr; with
 * BERTH_TEST_REQUIRE_ALL=1 it fails instead.
 */
export const testIf = (
  { can, otherwise }: { readonly can: boolean; readonly otherwise: string },
  name: string,
  body: () => Promise<void>,
): void => {
  if (can) {
    test(name, body);
    return;
  }
  const required = process.env["BERTH_TEST_REQUIRE_ALL"] === "1";
  if (!required) process.stderr.write(`SKIPPED: ${name}: ${otherwise}\n`);
  (required ? test : test.skip)(name, () => {
    throw new Error(otherwise);
  });
};
