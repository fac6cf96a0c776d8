export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** The registry of the job, and its token. */
export const JOB = {
  registry: "registry.example.com:5050",
  user: "ci",
  token: "JobToken+of/7f3a9c1e",
};

/** What else is secret in the configs that are mutated; each has a word of its own. */
export const SECRETS = ["Other+word/1b5d7f90", "Identity+word/2c6e8a01", "Header+word/3d7f9b12"];
export const [OTHER = "", IDENTITY = "", HEADER = ""] = SECRETS;

/** An entry that no mutation touches. */
export const SURVIVOR = { key: "survivor.example.com", auth: base64("s:Survivor+word/4e8a0c23") };

/** Names that JavaScript's objects have already, and odd ones. */
export const KEYS = [
  ...[
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "toString",
    "valueOf",
    "prototype",
    "",
    " ",
    "0",
  ],
  ...[
    "auths",
    "AUTHS",
    "Auths",
    "credhelpers",
    "CredHelpers",
    "credsStore",
    "CREDSSTORE",
    "proxies",
  ],
  ...["auth", "Auth", "username", "identitytoken", "registrytoken", "password", "berth.invalid"],
  ...["\ud800", "a\0b", "\ufeff", "\u202egnp", "##vso[x]", "\n::add-mask::x", "a".repeat(300)],
];

/** Names of registries, among them the job's in every way to write it, and hosts that only look like it. */
export const REGISTRIES = [
  ...[JOB.registry, JOB.registry.toUpperCase(), `https://${JOB.registry}`, `${JOB.registry}/`],
  ...[
    `${JOB.registry}/v2/`,
    `${JOB.registry}/group`,
    `user:word@${JOB.registry}`,
    "registry.example.com",
  ],
  ...[
    `${JOB.registry}.evil.example`,
    `evil.example/${JOB.registry}`,
    `${JOB.registry}@evil.example`,
  ],
  ...[
    "docker.io",
    "index.docker.io",
    "https://index.docker.io/v1/",
    "registry-1.docker.io",
    "DOCKER.IO",
  ],
  ...[
    "https://index.docker.io/v1/access-token",
    "docker.io/library",
    "[::1]:5000",
    "[fe80::1%25eth0]",
  ],
  ...[
    "127.0.0.1:5000",
    "localhost:99999",
    "host:0",
    "host:-1",
    "host:",
    ":5000",
    "a:b:c",
    "//x",
    "https://",
  ],
  ...[
    "r.example.com/a",
    "r.example.com/b",
    "r.example.com/a/b",
    "é.example.com",
    "xn--a.example.com",
  ],
];

export const VALUES: readonly Json[] = [
  ...[null, true, false, 0, -1, 1e308, "", " ", ":", "a:b", [], {}, [null], [[]], { a: null }],
  ...[
    "\0",
    "\ud800",
    "\ufeff",
    "dTpw",
    "dTpw\n",
    "dTp3",
    "dTp",
    "OnA=",
    "====",
    "dTpw dTpw",
    "_-_-",
  ],
  ...[base64("é:ü"), "/w==", "a".repeat(900), { auth: 1 }, { auth: null }, { username: "u" }],
];

/** Where a credential belongs, and in forms of which some are none. */
export const CREDENTIALS: readonly Json[] = [
  ...[`ci:${OTHER}`, OTHER, `u:\0${OTHER}`, `:${OTHER}`, `\xff:${OTHER}`].map(base64),
  ...[
    OTHER,
    `${base64(`u:${OTHER}`)}\n`,
    `${base64(`u:${OTHER}`)}=`,
    IDENTITY,
    [OTHER],
    { a: OTHER },
  ],
];
