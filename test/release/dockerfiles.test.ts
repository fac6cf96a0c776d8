import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { execa } from "execa";
import { runtimes } from "../../release/runtimes.ts";
import { installed, packageAt } from "../e2e/support/pipelines/validators.ts";
import { testIf } from "../e2e/support/test-if.ts";

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const names = ["docker-cli", "bare"].map((name) => `release/${name}.Dockerfile`);

// The language server's, in a process of its own: it is CommonJS with types of its own.
const VALIDATE = `
const { validate } = require(process.argv[1]);
const found = validate(require("node:fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(found.map(({ message }) => message)));
`;

const lint = async (input: string): Promise<readonly string[]> => {
  const { stdout } = await execa("node", ["-e", VALIDATE, packageAt("dockerfile-utils")], {
    input,
  });
  return JSON.parse(stdout);
};

const mistakes = [
  ["FROM scratch AS berth-arm64", "FROM scratch AS berth-amd64", "duplicate name berth-amd64"],
  ["COPY --from=berth --chmod=", "COPY --from=berth --chmd=", "Unknown flag: chmd"],
  ["\nCOPY", "\nCPY", "Unknown instruction: CPY"],
] as const;

for (const name of names) {
  testIf(installed("dockerfile-utils"), `${name} is valid, and none with a mistake`, async () => {
    const text = read(name);
    expect(await lint(text)).toEqual([]);
    for (const [right, wrong, message] of mistakes) {
      expect(text).toContain(right);
      expect(await lint(text.replace(right, wrong))).toContain(message);
    }
  });

  test(`${name} copies executables that are made, that Docker gets to see, from stages that are there`, () => {
    const copied = [...read(name).matchAll(/executables\/(berth\S+)/g)].map(([, file]) => file);
    expect(copied.length).toBeGreaterThan(0);
    for (const file of copied) expect(Object.keys(runtimes)).toContain(file);
    expect(read(".dockerignore").split("\n")).toContain("!executables/berth-linux-*");
    const stages = [...read(name).matchAll(/^FROM .* AS (\S+)$/gm)].map(([, stage]) => stage);
    for (const [, stage] of read(name).matchAll(/^COPY --from=(\S+) /gm))
      expect(stages).toContain(stage);
  });
}
