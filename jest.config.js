const transform = {
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
  extensionsToTreatAsEsm: [".ts"],
  transform,
});

export default {
  projects: [
    project("unit", ["<rootDir>/test/!(e2e)/**/*.test.ts", "<rootDir>/test/*.test.ts"]),
    project("e2e", ["<rootDir>/test/e2e/**/*.test.ts"]),
  ],
};
