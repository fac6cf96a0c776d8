import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { runtimes } from "../../release/runtimes.ts";
import { sbom } from "../../release/sbom.ts";
import { installed } from "../e2e/support/pipelines/validators.ts";
import { testIf } from "../e2e/support/test-if.ts";

const library = "@cyclonedx/cyclonedx-library";
const schemas = fileURLToPath(
  new URL(`../../.tools/pipelines/node_modules/${library}/res/schema/`, import.meta.url),
);
const schema = (name: string) =>
  JSON.parse(readFileSync(join(schemas, `${name}.SNAPSHOT.schema.json`), "utf8"));

const berth = { name: "berth-ci", version: "0.1.0", license: "MIT" };
const integrity = `sha512-${Buffer.alloc(64, 7).toString("base64")}`;
const packages = [
  { name: "yargs", version: "18.2.0", license: "MIT", integrity, folder: "node_modules/yargs" },
  {
    name: "@a/b",
    version: "1.0.0",
    license: "(MIT OR ISC)",
    integrity,
    folder: "node_modules/@a/b",
  },
];
const bom = () => sbom(berth, packages, Object.values(runtimes));

test("a package is named as the npm registry does", () => {
  const purl = "pkg:npm/%40a/b@1.0.0";
  expect(bom().components[1]).toEqual({
    ...{ type: "library", "bom-ref": purl, purl, group: "@a", name: "b", version: "1.0.0" },
    hashes: [{ alg: "SHA-512", content: "07".repeat(64) }],
    licenses: [{ expression: "(MIT OR ISC)" }],
  });
});

test("every runtime is in it", () => {
  const purls = bom().components.map(({ purl }) => purl);
  for (const { name, version } of Object.values(runtimes)) {
    expect(purls).toContain(`pkg:npm/${name.replace("@", "%40")}@${version}`);
  }
});

describe("the schema of CycloneDX 1.6", () => {
  const validator = () => {
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateSchema: false });
    addFormats.default(ajv);
    // By the names that bom-1.6 has for them.
    for (const name of ["spdx", "jsf-0.82"]) {
      ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    }
    return ajv.compile(schema("bom-1.6"));
  };

  testIf(installed(library), "accepts it, and none with a mistake", async () => {
    const isRight = validator();
    isRight(bom());
    expect(isRight.errors).toBeNull();
    const text = JSON.stringify(bom());
    for (const [right, wrong] of [
      ['"SHA-512"', '"SHA512"'],
      ['"id":"MIT"', '"id":"Mit"'],
      ['"type":"library"', '"type":"lib"'],
      ['"07', '"0g'],
    ] as const) {
      expect(text).toContain(right);
      expect({ wrong, isRight: isRight(JSON.parse(text.replace(right, wrong))) }).toEqual({
        ...{ wrong, isRight: false },
      });
    }
  });
});
