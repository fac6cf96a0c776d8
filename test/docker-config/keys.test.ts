import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { hostOfKey, isNamespaced, parseRegistry, shownKey } from "../../src/docker-config/keys.ts";
import { complaint } from "../fixtures/complaint.ts";
import { anyText } from "../fixtures/hostile-text.ts";

const HUB_KEY = "https://index.docker.io/v1/";

describe("parseRegistry() reads what people write (RULE 7, TRAPS 13, 16)", () => {
  test.each([
    ["a host", "registry.example.com", "registry.example.com", ["registry.example.com"]],
    ["a port", "registry.example.com:5050", "registry.example.com:5050", undefined],
    [
      "the default port, which stays",
      "registry.example.com:443",
      "registry.example.com:443",
      undefined,
    ],
    ["port 80, which stays", "registry.example.com:80", "registry.example.com:80", undefined],
    ["the highest port", "r:65535", "r:65535", undefined],
    ["a name without dots", "localhost:5000", "localhost:5000", undefined],
    ["an IPv4 address", "127.0.0.1:5000", "127.0.0.1:5000", undefined],
    ["an IPv6 address", "[::1]:5000", "[::1]:5000", undefined],
    ["https", "https://registry.example.com", "registry.example.com", undefined],
    [
      "http in upper case",
      "HTTP://registry.example.com:5050",
      "registry.example.com:5050",
      undefined,
    ],
    ["a slash at the end", "registry.example.com/", "registry.example.com", undefined],
    [
      "a path",
      "https://registry.example.com:5050/v2/group",
      "registry.example.com:5050",
      undefined,
    ],
    ["blanks around it", "  registry.example.com\n", "registry.example.com", undefined],
    [
      "upper case, which Docker tells apart",
      "https://Registry.Example.com:5050/",
      "registry.example.com:5050",
      ["registry.example.com:5050", "Registry.Example.com:5050"],
    ],
    ["Docker Hub", "docker.io", "docker.io", [HUB_KEY]],
    ["Docker Hub's index", "index.docker.io", "docker.io", [HUB_KEY]],
    ["Docker Hub's registry", "https://registry-1.docker.io/v2/", "docker.io", [HUB_KEY]],
    ["Docker Hub's key", HUB_KEY, "docker.io", [HUB_KEY]],
    ["Docker Hub in upper case", "Docker.IO", "docker.io", [HUB_KEY]],
    [
      "Docker Hub's web API, another host",
      "registry.hub.docker.com",
      "registry.hub.docker.com",
      undefined,
    ],
  ])("%s", (_, value, host, keys) => {
    expect(parseRegistry(value, "X")).toEqual({ host, keys: keys ?? [host] });
  });
});

describe("parseRegistry() refuses what is no registry", () => {
  test.each([
    ["nothing", "", 'CI_REGISTRY: "" is not a registry'],
    ["a scheme alone", "https://", 'CI_REGISTRY: "https://" is not a registry'],
    ["two schemes", "https://https://r", 'CI_REGISTRY: "https://https://r" is not a registry'],
    ["text before a scheme", "xhttps://r", 'CI_REGISTRY: "xhttps://r" is not a registry'],
    ["another scheme", "ftp://r", 'CI_REGISTRY: "ftp://r" is not a registry'],
    ["a blank", "a b", 'CI_REGISTRY: "a b" is not a registry'],
    ["a command", "$(id)", 'CI_REGISTRY: "$(id)" is not a registry'],
    ["a line break inside", "a\nb", 'CI_REGISTRY: "a\\x0ab" is not a registry'],
    ["a port of letters", "r:http", 'CI_REGISTRY: "r:http" is not a registry'],
    ["port 0", "r:0", 'CI_REGISTRY: "r:0" is not a registry'],
    ["a port too high", "r:65536", 'CI_REGISTRY: "r:65536" is not a registry'],
    [
      "a port too high, of an IPv6 address",
      "[::1]:65536",
      'CI_REGISTRY: "[::1]:65536" is not a registry',
    ],
    ["a dash at the start", "-r", 'CI_REGISTRY: "-r" is not a registry'],
    ["an empty label", "a..b", 'CI_REGISTRY: "a..b" is not a registry'],
    [
      "user and password, which are not shown",
      "https://me:hunter2@r",
      "CI_REGISTRY: its value is not a registry",
    ],
    [
      "the same with a slash in the password, before which there is a host's name",
      "https://me/hunter2@r",
      "CI_REGISTRY: its value is not a registry",
    ],
  ])("%s", async (_, value, message) => {
    expect(await complaint(() => parseRegistry(value, "CI_REGISTRY"))).toBe(
      `BERTH_BAD_REGISTRY: ${message}`,
    );
  });

  test("a host that is longer than DNS allows", async () => {
    const longest = `${"a.".repeat(127)}b:65535`;
    expect(parseRegistry(longest, "X").host).toBe(longest);
    expect(await complaint(() => parseRegistry(`a${longest}`, "X"))).toBe(
      `BERTH_BAD_REGISTRY: X: "a${longest}" is not a registry`,
    );
  });

  test("a host of a megabyte, and does not take long over it", async () => {
    const started = Date.now();
    const said = await complaint(() => parseRegistry(`${"a-".repeat(5e5)}!`, "X"));
    expect([said.slice(0, 18), Date.now() - started < 1000]).toEqual(["BERTH_BAD_REGISTRY", true]);
  });
});

describe("hostOfKey() reads keys as Docker does", () => {
  test.each([
    ["registry.example.com", "registry.example.com"],
    ["Registry.Example.com:443", "registry.example.com:443"],
    ["https://registry.example.com:5050/v1/", "registry.example.com:5050"],
    ["https://registry.example.com:443/v1/", "registry.example.com:443"],
    ["http://registry.example.com/v2/", "registry.example.com"],
    ["registry.example.com/group/app", "registry.example.com"],
    ["registry.example.com/two\nlines", "registry.example.com"],
    [HUB_KEY, "docker.io"],
    [`${HUB_KEY}access-token`, "docker.io"],
    [`${HUB_KEY}refresh-token`, "docker.io"],
    ["registry-1.docker.io", "docker.io"],
    ["[::1]:5000", "[::1]:5000"],
    ["", ""],
    ["__proto__", "__proto__"],
  ])("%s", (key, host) => {
    expect(hostOfKey(key)).toBe(host);
  });
});

test.each([
  ["registry.example.com", false],
  ["registry.example.com/", false],
  ["https://registry.example.com:5050/v1/", false],
  ["http://registry.example.com/v2", false],
  ["registry.example.com/group", true],
  ["registry.example.com/group/app", true],
  ["https://registry.example.com/v2/group", true],
  ["registry.example.com/v3", true],
  ["registry.example.com/v1/group", true],
  ["registry.example.com/group/v2", true],
  [HUB_KEY, false],
  [`${HUB_KEY}access-token`, false],
  ["https://registry-1.docker.io/v2/", false],
  ["https://index.docker.io/v1", false],
  ["docker.io/v2", false],
  ["docker.io/v2/my-org", true],
  ["docker.io/my-org/v1/", true],
  ["docker.io", false],
  ["docker.io/my-org", true],
  ["", false],
])("RULE 12: that %p names a part of a registry is %p", (key, namespaced) => {
  expect(isNamespaced(key)).toBe(namespaced);
});

test.each([
  ["r.example:5050/group", "r.example:5050/group"],
  [HUB_KEY, HUB_KEY],
  ["https://me:hunter2@r.example/v1/", "https://r.example/v1/"],
  ["HTTPS://me:hunter2@r.example", "HTTPS://r.example"],
  ["me:hunter2@r.example:5050", "r.example:5050"],
  ["hunter2@r.example", "r.example"],
  ["me:hunter@2@r.example", "r.example"],
  ["me:hun/ter2@r.example/v1/", "r.example/v1/"],
  ["https://me:/hunter2@r.example", "https://r.example"],
  ["me:hunter://2@r.example", "r.example"],
  ["r.example:5050/group@sha256", "r.example:5050/group@sha256"],
  ["http://r.example/group@sha256", "http://r.example/group@sha256"],
  ["r\n::x##y", "r\\x0a::x#\\x23y"],
  ["", ""],
])("TRAP 40: shownKey() shows %j without a user and password, as %j", (key, shown) => {
  expect(shownKey(key)).toBe(shown);
});

describe("for any text", () => {
  const label = fc
    .array(fc.constantFrom(..."abcXYZ019"), { minLength: 1, maxLength: 8 })
    .map((letters) => letters.join(""));
  const host = fc
    .array(label, { minLength: 1, maxLength: 4 })
    .map((labels) => labels.join("."))
    // What ends in digits is an address to a URL: https://url.spec.whatwg.org/#ends-in-a-number-checker
    .filter((name) => !/(?:^|\.)(?:\d+|0x[\da-f]*)$/i.test(name));
  const port = fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined });
  const likeKeys = fc
    .array(fc.constantFrom(..."ab.:/[]@%\\ -\n\0éA0", "https://", "docker.io", "__proto__"))
    .map((parts) => parts.join(""));

  test("hostOfKey() and isNamespaced() never throw, and a host is its own host", () => {
    fc.assert(
      fc.property(fc.oneof(likeKeys, anyText), (text) => {
        const found = hostOfKey(text);
        expect([typeof isNamespaced(text), found.includes("/")]).toEqual(["boolean", false]);
        expect(hostOfKey(found)).toBe(found);
      }),
    );
  });

  test("parseRegistry() takes its own result back, and keeps ports", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("", "http://", "https://", "HTTPS://"),
        host,
        port,
        fc.constantFrom("", "/", "/v1/", "/group/app"),
        (scheme, name, number, path) => {
          const typed = number === undefined ? name : `${name}:${number}`;
          const lower = typed.toLowerCase();
          const read = parseRegistry(scheme + typed + path, "X");
          expect(read).toEqual({ host: lower, keys: [...new Set([lower, typed])] });
          expect(parseRegistry(read.host, "X")).toEqual({ host: lower, keys: [lower] });
        },
      ),
    );
  });
});
