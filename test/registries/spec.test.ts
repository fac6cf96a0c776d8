import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { BerthError } from "../../src/errors.ts";
import { FIELDS as KNOWN } from "../../src/registries/kind.ts";
import { parseSpecs } from "../../src/registries/spec.ts";
import { complaint } from "../fixtures/complaint.ts";

const OPTION = "--registry";
const FIELDS = "username-env=U,password-env=P";

const parse = (...texts: string[]) => parseSpecs(texts, OPTION);

describe("a registry is read", () => {
  const fields = { "username-env": "U", "password-env": "P" };
  const whole = { registry: "r.example", host: "r.example", path: "", from: OPTION, fields };

  test.each([
    ["by variables", `r.example,${FIELDS}`, whole],
    ["in any order of the fields", "r.example,password-env=P,username-env=U", whole],
    ["with blanks around", ` r.example , username-env=U ,\tpassword-env=P\n`, whole],
    [
      "by a name and a file",
      "r.example,username=me,password-file=/run/my secrets/r",
      { ...whole, fields: { username: "me", "password-file": "/run/my secrets/r" } },
    ],
    [
      "with an equals sign in a value",
      "r.example,username=robot$a=b,password-file=./a=b",
      { ...whole, fields: { username: "robot$a=b", "password-file": "./a=b" } },
    ],
    [
      "with names of one letter and of underscores",
      "r.example,username-env=_,password-env=p_1",
      { ...whole, fields: { "username-env": "_", "password-env": "p_1" } },
    ],
  ])("%s", (_, text, spec) => {
    expect(parse(text)).toEqual([{ ...spec, text }]);
  });

  test.each([
    ["a port", "r.example:5000", "r.example:5000"],
    ["upper case", "R.Example:5000", "r.example:5000"],
    ["a scheme and a path", "https://R.example/v2/", "r.example"],
    ["no domain", "localhost:5000", "localhost:5000"],
    ["an address", "127.0.0.1:5000", "127.0.0.1:5000"],
    ["an address of IPv6", "[::1]:5000", "[::1]:5000"],
    ["Docker Hub", "docker.io", "docker.io"],
    ["Docker Hub's index", "index.docker.io", "docker.io"],
    ["Docker Hub's registry", "registry-1.docker.io", "docker.io"],
    ["Docker Hub's key", "https://index.docker.io/v1/", "docker.io"],
  ])("with %s, as it was typed and as clients name it", (_, registry, host) => {
    const text = `${registry},${FIELDS}`;
    expect(parse(text)).toEqual([{ ...whole, text, registry, host }]);
  });

  test("beside others, among them its own host with another port", () => {
    const hosts = ["r.example", "r.example:443", "r.example:5000", "s.example"];
    const specs = parse(...hosts.map((host) => `${host},${FIELDS}`));
    expect(specs).toEqual(
      hosts.map((host) => ({ ...whole, text: `${host},${FIELDS}`, registry: host, host })),
    );
  });

  test("in no option, too", () => {
    expect(parse()).toEqual([]);
  });
});

const refusal = async (...texts: string[]) => {
  try {
    return parse(...texts);
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    return [error.code, error.message, error.hint];
  }
};

const FORM = "write it as HOST,username-env=NAME,password-env=NAME";
const HOLDER = "name what holds it: password-env=NAME or password-file=PATH";

describe("is refused", () => {
  const USER = "needs username-env= or username=, once";
  const PASSWORD = "needs password-env= or password-file=, once";
  const UNKNOWN = `knows only the fields ${KNOWN.join(", ")}`;
  const FOR_ALL = "is not for the secret itself: everybody on the machine can read a command line";

  test.each([
    ["nothing but the registry", "r.example", USER],
    ["no user", "r.example,password-env=P", USER],
    ["no password", "r.example,username-env=U", PASSWORD],
    ["two users", "r.example,username=a,username-env=U,password-env=P", USER],
    ["the user twice", "r.example,username=a,username=a,password-env=P", USER],
    ["two passwords", "r.example,username=a,password-env=P,password-file=f", PASSWORD],
    ["the password twice", "r.example,username=a,password-env=P,password-env=P", PASSWORD],
    ["no fields between commas", `r.example,,${FIELDS}`, UNKNOWN],
    ["a comma at the end", `r.example,${FIELDS},`, UNKNOWN],
    ["a field that it does not know", `r.example,user=me,${FIELDS}`, UNKNOWN],
    ["a field in upper case", "r.example,USERNAME=me,password-env=P", UNKNOWN],
    ["a field with blanks", "r.example,username =me,password-env=P", UNKNOWN],
    ["a field of every object", `r.example,constructor=x,${FIELDS}`, UNKNOWN],
    ["a field without a value", "r.example,username=,password-env=P", "username= has no value"],
    [
      "a variable without a name",
      "r.example,username-env=,password-env=P",
      "username-env= has no value",
    ],
    [
      "no name of a variable",
      "r.example,username-env=1a,password-env=P",
      "username-env= does not have the name of a variable",
    ],
    [
      "a variable with its dollar sign",
      "r.example,username=a,password-env=$P",
      "password-env= does not have the name of a variable",
    ],
  ])("%s", async (_, text, problem) => {
    expect(await refusal(text)).toEqual(["BERTH_USAGE", `${OPTION} r.example: ${problem}`, FORM]);
  });

  test("one variable for both", async () => {
    expect(await refusal("r.example,username-env=TOKEN,password-env=TOKEN")).toEqual([
      "BERTH_USAGE",
      `${OPTION} r.example: username-env= and password-env= name the same variable`,
      "a user name is shown, a password is not: give the name as username=NAME",
    ]);
  });

  test.each(["password", "token", "secret"])("the secret itself, as %s=", async (field) => {
    expect(await refusal(`R.example:5000,username=me,${field}=hunter2`)).toEqual([
      "BERTH_USAGE",
      `${OPTION} r.example:5000: ${field}= ${FOR_ALL}`,
      HOLDER,
    ]);
  });

  test.each([
    ["the same twice", "r.example", ["r.example", "r.example"]],
    ["in upper case", "r.example:5000", ["r.example:5000", "R.EXAMPLE:5000"]],
    ["with a scheme", "r.example", ["s.example", "r.example", "https://r.example/v2/"]],
    ["Docker Hub by two names", "docker.io", ["docker.io", "https://index.docker.io/v1/"]],
  ])(
    "RULE 12: two for one registry, of which Docker keeps one: %s",
    async (_, host, registries) => {
      expect(await refusal(...registries.map((it) => `${it},${FIELDS}`))).toEqual([
        "BERTH_USAGE",
        `${OPTION}: ${host} is given twice`,
        "Docker keeps one credential for a registry: give one, or name the part of it that each is for: HOST/GROUP",
      ]);
    },
  );

  test.each([
    ["nothing", ""],
    ["no host", "a b"],
    ["a port that is none", "r.example:99999"],
    ["a user before the host", "me@r.example"],
  ])("what is no registry, and not shown, because it may be a secret: %s", async (_, registry) => {
    expect(await refusal(`${registry},${FIELDS}`)).toEqual([
      "BERTH_BAD_REGISTRY",
      `${OPTION}: its value is not a registry`,
      "write it as host or host:port, for example registry.example.com:5050",
    ]);
  });
});

describe("TRAP 40: a secret in the wrong place is not shown", () => {
  // Long enough that it is in no text by chance.
  const anySecret = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_.~+/=-]{12,40}$/),
    fc.string({ minLength: 12, unit: "binary" }).filter((text) => text.trim().length > 11),
    fc.stringMatching(/^[a-z]{12,20}$/),
  );
  // See below.
  const secret = anySecret.filter((text) => !/^\d{1,5}\//.test(text));
  const field = fc.constantFrom(
    "password",
    "token",
    "secret",
    "pasword",
    "auth",
    "PASSWORD",
    "username-env",
    "pass word",
  );
  const shapes: readonly ((secret: string, field: string) => string)[] = [
    (it, name) => `r.example,${name}=${it}`,
    (it, name) => `r.example,username=me,${name}=${it},password-env=P`,
    (it, name) => `r.example,${FIELDS},${name}=${it}`,
    (it) => `r.example,${it}`,
    (it) => `r.example,me:${it},${FIELDS}`,
    (it) => `r.example,username=me,password-env=${it}-`,
    (it) => `username=me,password=${it}`,
    (it) => `me:${it}@r.example,${FIELDS}`,
    (it) => `https://me:${it}@r.example/v2/,${FIELDS}`,
  ];

  test("whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(secret, field, fc.constantFrom(...shapes), async (it, name, shape) => {
        const said = await refusal(shape(it, name));
        expect(said).toHaveLength(3);
        expect(said.filter((text) => String(text).includes(it.trim()))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  // It is read as the port of a host, and its rest as the path.
  test("of digits and a slash, before the host", async () => {
    const said = await refusal(`me:10/hunter2@r.example,${FIELDS}`);
    expect(said).toEqual([
      "BERTH_BAD_REGISTRY",
      `${OPTION}: its value is not a registry`,
      "write it as host or host:port, for example registry.example.com:5050",
    ]);
  });

  test.each([
    "password=hunter2hunter2",
    "password=hunter2hunter2,username=me,r.example",
    "me:hunter2hunter2",
    "glpat-hunter2_hunter2",
    '{"auths":{"r.example":{"auth":"hunter2hunter2"}}}',
  ])("where the registry should be: %s", async (text) => {
    const said = await complaint(() => parse(text));
    expect(said).toMatch(/^BERTH_(?:USAGE|BAD_REGISTRY): /);
    expect(said).not.toContain("hunter2");
  });
});

describe("a registry whose credential the job's identity gets", () => {
  const PROVIDER = "projects/1/locations/global/workloadIdentityPools/ci/providers/github";
  const CLIENT = "0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f";
  const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
  const ROLE = "arn:aws:iam::123456789012:role/ci/push";

  test.each([
    [ECR, {}],
    [`${ECR},role=${ROLE}`, { role: ROLE }],
    [`public.ecr.aws,role=${ROLE},audience=a`, { role: ROLE, audience: "a" }],
    [`europe-docker.pkg.dev/p/r,provider=${PROVIDER}`, { provider: PROVIDER }],
    [
      `gcr.io,provider=${PROVIDER},service-account=ci@p.iam.gserviceaccount.com`,
      { provider: PROVIDER, "service-account": "ci@p.iam.gserviceaccount.com" },
    ],
    [
      `acme.azurecr.io,tenant=acme.example,client=${CLIENT},oidc-token-env=T`,
      { tenant: "acme.example", client: CLIENT, "oidc-token-env": "T" },
    ],
    ["acme.jfrog.io,provider=github ci", { provider: "github ci" }],
    ["artifactory.example,provider=github", { provider: "github" }],
    ["packages.buildkite.com/org/app,audience=a", { audience: "a" }],
    [
      "zot.example,username=ci,oidc-password,audience=zot",
      { username: "ci", "oidc-password": "", audience: "zot" },
    ],
    [`${ECR},username=AWS,password-env=P`, { username: "AWS", "password-env": "P" }],
  ])("%s", (text, fields) => {
    expect(parse(text).map((spec) => spec.fields)).toEqual([fields]);
  });

  const KNOWS = "that knows only role, audience, oidc-token-env, service-connection";
  test.each([
    [`${ECR},tenant=t`, `has tenant=, which is not for Amazon ECR: ${KNOWS}`],
    [`${ECR},role=${ROLE},role=${ROLE}`, "role= is given twice"],
    [`${ECR},role=push`, "role= does not have the form of one"],
    [`${ECR},role=arn:aws:iam::1:role/x`, "role= does not have the form of one"],
    ["gcr.io", "needs provider=, once"],
    ["gcr.io,provider=github", "provider= does not have the form of one"],
    [
      `gcr.io,provider=${PROVIDER},service-account=../x`,
      "service-account= does not have the form of one",
    ],
    [`acme.azurecr.io,client=${CLIENT}`, "needs tenant=, once"],
    ["acme.azurecr.io,tenant=t", "needs client=, once"],
    ["acme.azurecr.io,tenant=t,client=me", "client= does not have the form of one"],
    [`acme.azurecr.io,tenant=a/b,client=${CLIENT}`, "tenant= does not have the form of one"],
    ["acme.jfrog.io", "needs provider=, once"],
    ["zot.example,oidc-password", "needs username-env= or username=, once"],
    ["zot.example,username=a,oidc-password=x", `knows only the fields ${KNOWN.join(", ")}`],
    [
      "r.example,username=a,password-env=P,role=x",
      "has role=, which is not for a user name and a password: that knows only username-env, username, password-env, password-file",
    ],
  ])("is refused: %s", async (text, problem) => {
    const [code, message] = (await refusal(text)) as readonly string[];
    const host = /^[^,/]+/.exec(text)?.[0];
    expect([code, message]).toEqual(["BERTH_USAGE", `${OPTION} ${host}: ${problem}`]);
  });
});

describe("RULE 12: credentials for parts of a registry", () => {
  const part = (path: string, variable: string) =>
    `r.example:5000/${path},username=me,password-env=${variable}`;

  test("are read each for its own", () => {
    const texts = [
      part("group/a", "A"),
      part("group/b", "B"),
      "r.example:5000,username=me,password-env=C",
    ];
    expect(parse(...texts).map(({ path }) => path)).toEqual(["group/a", "group/b", ""]);
  });

  test("are one for the whole, where they are the same", () => {
    expect(parse(part("a", "A"), part("b", "A"), part("c", "C")).map(({ path }) => path)).toEqual([
      "a",
      "c",
    ]);
  });

  test.each([
    ["two for the same part", [part("a", "A"), part("a", "B")], "r.example:5000/a is given twice"],
    [
      "with a slash at its end",
      [part("a", "A"), part("a/", "B")],
      "r.example:5000/a is given twice",
    ],
    [
      "one that no image could be in",
      [part("a", "A"), part("B", "B")],
      "r.example:5000: the part that one of them is for is not the name of images",
    ],
    [
      "one that leads out",
      [part("a", "A"), part("../b", "B")],
      "r.example:5000: the part that one of them is for is not the name of images",
    ],
  ])("are refused: %s", async (_, texts, problem) => {
    const [code, message] = (await refusal(...texts)) as readonly string[];
    expect([code, message]).toEqual(["BERTH_USAGE", `${OPTION}: ${problem}`]);
  });
});
