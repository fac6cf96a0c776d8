import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);

test("SECURITY.md names every test of the hardening, each where a promise stands", () => {
  const named = [
    ...readFileSync(at("SECURITY.md"), "utf8").matchAll(/`(test\/hardening\/[^`]+)`/g),
  ];
  const tests = readdirSync(at("test/hardening")).filter((name) => name.endsWith(".test.ts"));
  expect(named.map(([, path]) => path).sort()).toEqual(
    tests.map((name) => `test/hardening/${name}`).sort(),
  );
});
