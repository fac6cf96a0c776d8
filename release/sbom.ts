import type { BundledPackage } from "./packages.ts";
import type { Pinned } from "./runtimes.ts";

const hashes = (integrity: string) => {
  const content = Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
  return [{ alg: "SHA-512", content }];
};

// https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md
const npm = ({ name, version }: { readonly name: string; readonly version: string }) => {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [, group, rest = name] = /^(@[^/]+)\/(.*)$/.exec(name) ?? [];
  return { "bom-ref": purl, ...(group && { group }), name: rest, version, purl };
};

const licences = (license: string) => [
  /[ ()]/.test(license) ? { expression: license } : { license: { id: license } },
];

/** What is in the executables, as https://cyclonedx.org/docs/1.6/json/. It has no time in it: it says the same of the same. */
export const sbom = (
  berth: { readonly name: string; readonly version: string; readonly license: string },
  packages: readonly BundledPackage[],
  runtimes: readonly Pinned[],
) => ({
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: { type: "application", ...npm(berth), licenses: licences(berth.license) },
  },
  components: [
    ...packages.map(({ license, integrity, ...known }) => ({
      type: "library",
      ...npm(known),
      hashes: hashes(integrity),
      licenses: licences(license),
    })),
    ...runtimes.map((runtime) => ({
      ...{ type: "platform", ...npm(runtime), hashes: hashes(runtime.integrity) },
      description: "One per executable: the runtime that it is made of",
      licenses: [
        { license: { id: "MIT" } },
        { license: { name: "JavaScriptCore (LGPL-2) and further libraries: see LICENSES.txt" } },
      ],
    })),
  ],
});
