import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { encodeConfig, fingerprints } from "../../src/docker-config/encode.ts";
import { parseConfig } from "../../src/docker-config/parse.ts";
import { base64, login } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";

describe("a text is refused, without showing a part of it", () => {
  const secret = "hunter2";
  test.each([
    ["nothing", "", "is empty"],
    ["blanks", " \n", "is empty"],
    ["a byte order mark", `\uFEFF{"x":"${secret}"}`, "starts with a byte order mark"],
    ["broken JSON", `{"auths":{"r":{"auth":"${secret}"`, "is not valid JSON"],
    ["more after the JSON", `{} ${secret}`, "is not valid JSON"],
    ["a list", `["${secret}"]`, "is not a JSON object"],
    ["a string", `"${secret}"`, "is not a JSON object"],
    ["null", "null", "is not a JSON object"],
    [
      "auths as a list",
      '{"auths":[]}',
      'cannot be read by Docker: "auths" must be an object of objects',
    ],
    [
      "an entry as text",
      `{"auths":{"r":"${secret}"}}`,
      'cannot be read by Docker: "auths" must be an object of objects',
    ],
    [
      "a helper as a number",
      '{"credHelpers":{"r":1}}',
      'cannot be read by Docker: "credHelpers" must be an object of strings',
    ],
    [
      "a store as an object",
      '{"credsStore":{}}',
      'cannot be read by Docker: "credsStore" must be a string',
    ],
    [
      "a feature that is true",
      '{"features":{"buildkit":true}}',
      'cannot be read by Docker: "features" must be an object of strings',
    ],
    [
      "a plugin's flag that is true",
      '{"plugins":{"a":{"b":true}}}',
      'cannot be read by Docker: "plugins" must be an object of objects of strings',
    ],
    [
      "a folder of plugins as text",
      '{"cliPluginsExtraDirs":"/x"}',
      'cannot be read by Docker: "cliPluginsExtraDirs" must be a list of strings',
    ],
    [
      "a context as a number",
      '{"currentcontext":1}',
      'cannot be read by Docker: "currentContext" must be a string',
    ],
  ])("%s", (_, text, problem) => {
    expect(parseConfig(text, "base")).toEqual({ problem });
  });
});

// docker/cli `cli/config/configfile/file.go`: with one of another type Docker gives up on the whole file.
test.each([
  ...["detachKeys", "psFormat", "imagesFormat", "networksFormat", "pluginsFormat"],
  ...["volumesFormat", "statsFormat", "serviceInspectFormat", "servicesFormat", "tasksFormat"],
  ...["secretFormat", "configFormat", "nodesFormat"],
])("%s is read by Docker as a string", (key) => {
  expect(parseConfig(JSON.stringify({ [key]: 1 }), "base")).toEqual({
    problem: `cannot be read by Docker: "${key}" must be a string`,
  });
});

test.each([
  [{ proxies: { default: { httpProxy: 1 } } }, '"proxies" must be an object of objects of strings'],
  [{ pruneFilters: "x" }, '"pruneFilters" must be a list of strings'],
  [{ cliPluginsExtraDirs: ["/x", 1] }, '"cliPluginsExtraDirs" must be a list of strings'],
])("%j is refused", (content, problem) => {
  expect(parseConfig(JSON.stringify(content), "base")).toEqual({
    problem: `cannot be read by Docker: ${problem}`,
  });
});

describe("JSON that is nested deeply", () => {
  const nested = (depth: number) => `{"x":${"[".repeat(depth)}${"]".repeat(depth)}}`;

  test.each([100, 1e4, 1e6])("is refused, at a depth of %d", (depth) => {
    expect(parseConfig(nested(depth), "base")).toEqual({ problem: "is nested too deeply" });
  });

  test.each([10, 99])("is read, at a depth of %d", (depth) => {
    const found = parseConfig(nested(depth), "base");
    if ("problem" in found) throw new Error(found.problem);
    expect(encodeConfig(found.config).replace(/\s/g, "")).toBe(
      nested(depth).replace("}", ',"auths":{}}'),
    );
  });

  test("can be written, if it can be read: whatever the depth", () => {
    const failed = Array.from({ length: 60 }, (_, step) => nested(2000 + step * 100)).filter(
      (text) => {
        const found = parseConfig(text, "base");
        if ("problem" in found) return false;
        try {
          encodeConfig(found.config);
          fingerprints(found.config);
          return false;
        } catch {
          return true;
        }
      },
    );
    expect(failed.map((text) => text.length)).toEqual([]);
  });
});

describe("hostile names", () => {
  const text = `{"auths":{"__proto__":{"auth":"${base64("me:pw")}"},"constructor":{"auth":"x"}},
    "credHelpers":{"__proto__":"pass"},"__proto__":{"polluted":1}}`;

  test("are names like any other, and pollute no prototype", () => {
    const found = parseConfig(text, "base");
    if ("problem" in found) throw new Error(found.problem);
    const { auths, credHelpers, other } = found.config;
    expect([...auths.keys(), ...credHelpers.keys(), ...other.keys(), ...found.badAuths]).toEqual([
      "__proto__",
      "__proto__",
      "__proto__",
      "constructor",
    ]);
    expect(opened(auths.get("__proto__"))).toEqual(opened(login("me", "pw")));
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

test("any JSON is either a config or a problem, never an exception", () => {
  const names = ["auths", "credHelpers", "credsStore", "proxies", "__proto__", "x"];
  const content = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
  fc.assert(
    fc.property(
      fc.oneof(
        content.map((json) => JSON.stringify(json)),
        fc.json(),
        fc.string(),
      ),
      (text) => {
        const shape = Object.keys(parseConfig(text, "base"));
        expect([["problem"], ["config", "badAuths"]]).toContainEqual(shape);
      },
    ),
  );
});
