import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Challenge, parseChallenges } from "../../src/doctor/challenge.ts";
import { anyText } from "../fixtures/hostile-text.ts";

/** The parameters have no prototype, so that every name is safe. */
const plain = (challenges: readonly Challenge[]) =>
  challenges.map(({ scheme, parameters }) => [scheme, { ...parameters }]);

describe("WWW-Authenticate is read", () => {
  const REALM = { realm: "https://auth.example.com/token" };
  // https://distribution.github.io/distribution/spec/auth/token/, https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
  test.each<[string, string, unknown]>([
    ["nothing", "", []],
    ["blanks and commas", " , ,\t", []],
    ["Basic", 'Basic realm="Registry Realm"', [["basic", { realm: "Registry Realm" }]]],
    [
      "Bearer, with commas in its scope",
      'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull,push"',
      [
        [
          "bearer",
          { ...REALM, service: "registry.example.com", scope: "repository:a/b:pull,push" },
        ],
      ],
    ],
    [
      "what went wrong",
      'Bearer realm="https://auth.example.com/token",error="insufficient_scope"',
      [["bearer", { ...REALM, error: "insufficient_scope" }]],
    ],
    ["capitals", 'BEARER REALM="https://auth.example.com/token"', [["bearer", REALM]]],
    [
      "blanks wherever they may be",
      ' Bearer  realm = "https://auth.example.com/token" ,\tservice= "s" ',
      [["bearer", { ...REALM, service: "s" }]],
    ],
    [
      "values without quotes",
      "Bearer service=a-b.c,n=1",
      [["bearer", { service: "a-b.c", n: "1" }]],
    ],
    ["a quote alone", '"', []],
    [
      "what is quoted in quotes",
      String.raw`Basic realm="a \"b\" \\ c"`,
      [["basic", { realm: String.raw`a "b" \ c` }]],
    ],
    ["an empty value", 'Basic realm=""', [["basic", { realm: "" }]]],
    ["no parameters", "Negotiate", [["negotiate", {}]]],
    [
      "two, as one header",
      'Bearer realm="https://auth.example.com/token",service="s",Basic realm="r"',
      [
        ["bearer", { ...REALM, service: "s" }],
        ["basic", { realm: "r" }],
      ],
    ],
    [
      "two, as two headers are joined",
      'Basic realm="r", Bearer realm="https://auth.example.com/token"',
      [
        ["basic", { realm: "r" }],
        ["bearer", REALM],
      ],
    ],
    [
      "one without parameters before others",
      'Negotiate, NTLM, Basic realm="r"',
      [
        ["negotiate", {}],
        ["ntlm", {}],
        ["basic", { realm: "r" }],
      ],
    ],
    [
      "one without parameters behind others",
      'Basic realm="r", Negotiate',
      [
        ["basic", { realm: "r" }],
        ["negotiate", {}],
      ],
    ],
    [
      "one with a token instead of parameters",
      'Negotiate YII/abc+==, Basic realm="r"',
      expect.arrayContaining([["basic", { realm: "r" }]]),
    ],
    [
      "a parameter that comes twice, of which the last counts",
      "Bearer a=1,a=2",
      [["bearer", { a: "2" }]],
    ],
    [
      "names of every object",
      'Bearer __proto__="x",constructor="y"',
      [["bearer", JSON.parse('{"__proto__":"x","constructor":"y"}')]],
    ],
    ["a value without its end", 'Bearer realm="https://auth', [["bearer", {}]]],
    ["a parameter before any scheme", 'realm="x"', []],
    ["rubbish behind", "Basic realm=a ;;; {}", [["basic", { realm: "a" }]]],
  ])("%s", (_, header, challenges) => {
    expect(plain(parseChallenges(header))).toEqual(challenges);
  });

  test("parameters that nobody has sent are not there", () => {
    const [challenge] = parseChallenges("Bearer a=1");
    expect(["constructor", "toString", "__proto__"].map((it) => challenge?.parameters[it])).toEqual(
      [...[undefined, undefined, undefined]],
    );
  });
});

const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const quoted = (value: string) => `"${value.replace(/["\\]/g, String.raw`\$&`)}"`;
const value = fc.stringMatching(/^[ -~]{0,20}$/);
const challenge = fc.record({
  scheme: token,
  parameters: fc.dictionary(token, value, { minKeys: 1, maxKeys: 4, noNullPrototype: false }),
});

test("what a server writes by the rules is what is read", () => {
  fc.assert(
    fc.property(fc.array(challenge, { maxLength: 4 }), fc.constantFrom(", ", ","), (all, comma) => {
      const header = all
        .map(({ scheme, parameters }) => {
          const list = Object.entries(parameters).map(([name, it]) => `${name}=${quoted(it)}`);
          return `${scheme} ${list.join(comma)}`;
        })
        .join(comma);
      expect(plain(parseChallenges(header))).toEqual(
        all.map(({ scheme, parameters }) => [scheme, { ...parameters }]),
      );
    }),
  );
});

test("whatever a server writes is read, and in no time", () => {
  const piece = fc.constantFrom(
    "Bearer ",
    "Basic",
    "realm",
    "=",
    '"',
    "\\",
    ",",
    " ",
    "a=b",
    ";",
    "\n",
    "é",
  );
  const header = fc.oneof(
    anyText,
    fc.array(piece, { maxLength: 40 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(header, (it) => {
      for (const { scheme } of parseChallenges(it)) expect(scheme).toMatch(/^[^\sA-Z,="]+$/);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["quotes", '"'],
  ["backslashes", '"\\'],
  ["blanks", " "],
  ["commas", " ,"],
  ["letters", "a"],
  ["parameters", "a=b,"],
  ["schemes", "a "],
  ["parameters without a value", "a=,"],
])("a header of very many %s takes no more time than it is long", (_, piece) => {
  const header = `Bearer a=${piece.repeat(20_000)}`;
  const start = performance.now();
  parseChallenges(header);
  expect(performance.now() - start).toBeLessThan(1_000);
});
