import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Place, parsePlace, placeOfKey } from "../../src/doctor/place.ts";
import { BerthError } from "../../src/errors.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

const registry = (host: string) => ({ name: host, host });
const image = (host: string, repository: string, reference?: string) => ({
  name: `${host}/${repository}${reference ? (reference.includes(":") ? "@" : ":") + reference : ""}`,
  ...{ host, repository, ...(reference && { reference }) },
});

const piece = fc.oneof(
  fc.constantFrom(
    "/",
    ":",
    "@",
    ".",
    "-",
    "_",
    "//",
    "https://",
    "docker://",
    "[",
    "]",
    "\n",
    DIGEST,
  ),
  fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/),
  fc.string({ unit: "binary", maxLength: 3 }),
);
/** What looks a little like a name. */
const pieces = fc.array(piece, { maxLength: 12 }).map((all) => all.join(""));
const text = fc.oneof(fc.string({ unit: "binary" }), pieces);

/** That it can be asked for, and be shown. */
const expectSafe = ({ name, host, repository = "a", reference = "1" }: Place): void => {
  expect(name).toMatch(/^[\w.\-:/@[\]]+$/);
  expect(URL.canParse(`https://${host}/v2/`)).toBe(true);
  const url = new URL(`https://${host}/v2/${repository}/manifests/${reference}`);
  expect(url.pathname).toBe(`/v2/${repository}/manifests/${reference}`);
  expect(url.username + url.password + url.search + url.hash).toBe("");
};

describe("a registry is read", () => {
  test.each([
    ["its host", "registry.example.com", registry("registry.example.com")],
    ["its host and port", "registry.example.com:5050", registry("registry.example.com:5050")],
    [
      "the usual port, which stays",
      "registry.example.com:443",
      registry("registry.example.com:443"),
    ],
    ["capitals", "Registry.Example.COM", registry("registry.example.com")],
    ["a scheme and a slash", "https://registry.example.com/", registry("registry.example.com")],
    ["this machine", "localhost", registry("localhost")],
    ["this machine and a port", "localhost:5000", registry("localhost:5000")],
    ["a name without a domain, and a port", "registry:5000", registry("registry:5000")],
    ["an address", "127.0.0.1:5000", registry("127.0.0.1:5000")],
    ["an address of IPv6", "[::1]:5000", registry("[::1]:5000")],
    ["Docker Hub", "docker.io", registry("docker.io")],
    ["Docker Hub's index", "index.docker.io", registry("docker.io")],
    ["Docker Hub's registry", "registry-1.docker.io", registry("docker.io")],
  ])("by %s", (_, text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });
});

describe("an image is read, as docker does", () => {
  const HOST = "registry.example.com";
  // https://docs.docker.com/reference/cli/docker/image/tag/#description
  test.each([
    ["in a registry", `${HOST}/group/app`, image(HOST, "group/app")],
    ["with a tag", `${HOST}/group/app:v1.2-rc_3`, image(HOST, "group/app", "v1.2-rc_3")],
    ["with a digest", `${HOST}/group/app@${DIGEST}`, image(HOST, "group/app", DIGEST)],
    [
      "with both, of which the digest counts",
      `${HOST}/app:1@${DIGEST}`,
      image(HOST, "app", DIGEST),
    ],
    ["at a port", `${HOST}:5050/app:1`, image(`${HOST}:5050`, "app", "1")],
    ["at a name without a domain", "registry:5000/app:1", image("registry:5000", "app", "1")],
    [
      "at a name without a domain, and a short port",
      "registry:80/app:1",
      image("registry:80", "app", "1"),
    ],
    ["on this machine", "localhost/app", image("localhost", "app")],
    ["of deep groups", `${HOST}/a/b/c/d/e/f`, image(HOST, "a/b/c/d/e/f")],
    [
      "with all that may join words",
      `${HOST}/a.b/c_d/e__f/g-h---i`,
      image(HOST, "a.b/c_d/e__f/g-h---i"),
    ],
    ["as clients of containers write it", `docker://${HOST}/app:1`, image(HOST, "app", "1")],
    ["of Docker Hub itself", "alpine", image("docker.io", "library/alpine")],
    ["of Docker Hub itself, with a tag", "alpine:3", image("docker.io", "library/alpine", "3")],
    ["of a user of Docker Hub", "me/app:1", image("docker.io", "me/app", "1")],
    ["of Docker Hub by its name", "docker.io/alpine", image("docker.io", "library/alpine")],
    ["of Docker Hub by its old name", "index.docker.io/me/app", image("docker.io", "me/app")],
    [
      "of Docker Hub, with a digest",
      `alpine@${DIGEST}`,
      image("docker.io", "library/alpine", DIGEST),
    ],
  ])("%s", (_, text, place) => {
    expect(parsePlace(text)).toEqual(place);
  });
});

describe("a key of a config stands for", () => {
  test.each([
    ["registry.example.com", registry("registry.example.com")],
    ["registry.example.com:5050", registry("registry.example.com:5050")],
    ["registry:80", registry("registry:80")],
    ["registry", registry("registry")],
    ["Registry.Example.com", registry("registry.example.com")],
    ["https://registry.example.com", registry("registry.example.com")],
    ["https://registry.example.com/v1/", registry("registry.example.com")],
    ["registry.example.com/v2/", registry("registry.example.com")],
    ["https://index.docker.io/v1/", registry("docker.io")],
    ["https://index.docker.io/v1/access-token", registry("docker.io")],
    ["docker.io", registry("docker.io")],
    ["docker.io/my-org", image("docker.io", "my-org")],
    ["registry.example.com/group/app", image("registry.example.com", "group/app")],
    ["https://registry.example.com:5050/group", image("registry.example.com:5050", "group")],
    // Docker takes a part that no image can be in for the whole, too.
    ["registry.example.com/Group", registry("registry.example.com")],
    ["[::1]:5000", registry("[::1]:5000")],
  ])("%s", (key, place) => {
    expect(placeOfKey(key)).toEqual(place);
  });

  test.each([
    ["", "a b", "*.example.com", "me:hunter2@registry.example.com", "https://", "/", ":5000"],
    ["registry.example.com:99999", "999.1.1.1", "[1]:5000", "a\nb", "-", "a_b.example"],
  ])("no registry that could be asked: %s, …", (...keys) => {
    expect(keys.map(placeOfKey)).toEqual(keys.map(() => undefined));
  });

  test("whatever it is: it is nothing, or can be asked for, and is safe to show", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), pieces), (key) => {
        const place = placeOfKey(key);
        if (place) expectSafe(place);
      }),
      { numRuns: 2_000 },
    );
  });
});

const REFUSAL = [
  "BERTH_USAGE",
  "what is given is neither an image nor a registry",
  "write it as registry.example.com/group/app:tag, or registry.example.com",
];

const outcomeOf = (text: string) => {
  try {
    return parsePlace(text);
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return [error.code, error.message, error.hint];
  }
};

describe("what is neither is refused, and not shown", () => {
  test.each([
    ["nothing", ""],
    ["a blank", " "],
    ["a scheme alone", "https://"],
    ["a path alone", "/group/app"],
    ["capitals in the image", "registry.example.com/Group/app"],
    ["capitals on Docker Hub", "ghp_AbCdEf0123456789"],
    ["no tag behind its colon", "registry.example.com/app:"],
    ["no digest behind its @", "registry.example.com/app@"],
    ["a tag in place of a digest", "registry.example.com/app@latest"],
    ["a digest that is too short", "registry.example.com/app@sha256:0123"],
    ["a digest with another letter", `registry.example.com/app@${DIGEST.replace(/f$/, "g")}`],
    ["a tag that begins with a dash", "registry.example.com/app:-1"],
    ["two slashes", "registry.example.com//app"],
    ["a slash at the end", "registry.example.com/app/"],
    ["a way out", "registry.example.com/../app"],
    ["a user and a password", "https://me:hunter2@registry.example.com"],
    ["a user and a password of one label", "me:hunter2@registry"],
    ["a blank inside", "registry.example.com/a b"],
    ["a line break at the end", "registry.example.com/app\n"],
    ["a line break behind a host", "registry.example.com\n"],
    ["a query", "registry.example.com/app?x=1"],
    ["a port that is none", "registry.example.com:99999"],
    ["a port of an image that is none", "registry.example.com:99999/app"],
    ["an address that is none", "999.1.1.1/app"],
    ["an address of IPv6 that is none", "[1]:5000/app"],
    ["a host without an end", "[::1/app"],
  ])("%s", (_, text) => {
    expect(outcomeOf(text)).toEqual(REFUSAL);
  });

  test("whatever it is: it is understood, or refused without a word of it", () => {
    fc.assert(
      fc.property(text, (it) => {
        const found = outcomeOf(it);
        if (Array.isArray(found)) return expect(found).toEqual(REFUSAL);
        expectSafe(found as Place);
        return undefined;
      }),
      { numRuns: 2_000 },
    );
  });

  test("what is understood is understood again by its name", () => {
    fc.assert(
      fc.property(text, (it) => {
        const found = outcomeOf(it);
        if (!Array.isArray(found)) expect(parsePlace((found as Place).name)).toEqual(found);
      }),
      { numRuns: 2_000 },
    );
  });
});
