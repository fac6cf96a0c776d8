const transform = {
  // As esbuild does with `import … with { type: "text" }`.
  "\\.(?:yml|sh|groovy|kts)$": "<rootDir>/test/support/text-module.js",
  "^.+\\.ts$": [
    "@swc/jest",
    { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "es6" } },
  ],
};

const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  modulePathIgnorePatterns: ["<rootDir>/.tools"],
  testEnvironment: "node",
  setupFiles: ["<rootDir>/test/support/seed.js"],
  extensionsToTreatAsEsm: [".ts"],
  transform,
});

export default {
  // The tests mostly wait for programs: a core that is left free waits, too.
  maxWorkers: "100%",
  projects: [
    project("unit", ["<rootDir>/test/!(e2e|hardening)/**/*.test.ts", "<rootDir>/test/*.test.ts"]),
    project("e2e", ["<rootDir>/test/e2e/**/*.test.ts"]),
    project("hardening", ["<rootDir>/test/hardening/**/*.test.ts"]),
  ],
};
