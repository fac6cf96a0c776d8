import { describe, expect, test } from "@jest/globals";
import { base64, configOf, login } from "../fixtures/configs.ts";
import { derived, tokens } from "../fixtures/derive-input.ts";

const HUB_KEY = "https://index.docker.io/v1/";
const OWN = "registry.example.com:5050";
const PLACEHOLDER = { "berth.invalid": {} };

const auth = (user: string, password = "pw") => ({ auth: base64(`${user}:${password}`) });
const job = tokens({ [OWN]: login("job", "token", "CI_JOB_TOKEN") });
const both = (auths: unknown, ...notices: string[]) => ({
  config: { auths },
  authFile: { auths },
  notices,
});

test("RULE 11: from nothing comes a config that names a registry, so that no keychain is looked for", () => {
  expect(derived({})).toEqual(both(PLACEHOLDER));
});

test("TRAP 27: other hosts' credentials, proxies, headers, plugins and unknown keys of the base stay", () => {
  const other = {
    HttpHeaders: { "X-Meta": "1" },
    proxies: { default: { httpProxy: "http://u:p@proxy" } },
    plugins: { a: { b: "c" } },
    "future.key": [1],
  };
  const base = configOf({
    auths: { "other.example": login("me", "pw") },
    other,
    currentContext: "remote",
    cliPluginsExtraDirs: ["/opt/plugins"],
  });
  const found = derived({
    base,
    tokens: job,
    contextExists: (name) => name === "remote",
    pluginsDir: "/home/ci/.docker/cli-plugins",
  });
  const auths = { "other.example": auth("me"), [OWN]: auth("job", "token") };
  expect(found).toEqual({
    config: {
      ...other,
      auths,
      currentContext: "remote",
      cliPluginsExtraDirs: ["/opt/plugins", "/home/ci/.docker/cli-plugins"],
    },
    authFile: { auths },
    notices: [],
  });
});

test("RULE 13: a context that does not come along is left out, and that is said", () => {
  expect(derived({ base: configOf({ currentContext: "gone" }) })).toEqual(
    both(
      PLACEHOLDER,
      'warning: context "gone" (/home/ci/.docker/config.json) is left out: it is not in the base\'s contexts folder',
    ),
  );
});

test("a notice says which file it is about", () => {
  const file = (host: string) => configOf({ credHelpers: { [host]: "gone" } });
  const { notices } = derived({ containers: file("pod.example"), helm: file("helm.example") });
  const left = (host: string, name: string) =>
    `warning: ${host}: its credential helper "gone" (${name}) is left out: docker-credential-gone is not on PATH`;
  expect(notices).toEqual([
    left("pod.example", "containers' auth.json"),
    left("helm.example", "helm's registry config"),
  ]);
});

describe("RULE 8: of a registry that is written, every other key goes", () => {
  test.each([
    ["the same key", OWN],
    ["a scheme", `https://${OWN}`],
    ["version 1", `https://${OWN}/v1/`],
    ["upper case", "Registry.Example.com:5050"],
    ["a part of the registry", `${OWN}/group/app`],
  ])("%s", (_, key) => {
    const base = configOf({ auths: { [key]: login("old", "pw") } });
    expect(derived({ base, tokens: job })).toEqual(both({ [OWN]: auth("job", "token") }));
  });

  test("but not another port, nor another host", () => {
    const base = configOf({
      auths: {
        "registry.example.com": login("a", "pw"),
        "registry.example.com:443": login("b", "pw"),
        "my-registry.example.com:5050": login("c", "pw"),
      },
    });
    expect(derived({ base, tokens: job })).toEqual(
      both({
        "registry.example.com": auth("a"),
        "registry.example.com:443": auth("b"),
        "my-registry.example.com:5050": auth("c"),
        [OWN]: auth("job", "token"),
      }),
    );
  });

  test("Docker Hub's, under every name, and the tokens of its web login", () => {
    const keys = ["docker.io", "https://registry-1.docker.io/v2/", `${HUB_KEY}access-token`];
    const base = configOf({
      auths: Object.fromEntries(keys.map((key) => [key, login("old", "pw")])),
      credHelpers: { "index.docker.io": "pass" },
    });
    const hub = tokens({ [HUB_KEY]: login("job", "token") });
    expect(derived({ base, tokens: hub, helpersOnPath: new Set(["pass"]) })).toEqual(
      both({ [HUB_KEY]: auth("job", "token") }),
    );
  });

  test("TRAP 28: the base's helper for it, too, which would shadow it", () => {
    const base = configOf({ credHelpers: { [`https://${OWN}`]: "pass", "gcr.io": "gcloud" } });
    const files = { auths: { [OWN]: auth("job", "token") }, credHelpers: { "gcr.io": "gcloud" } };
    const helpersOnPath = new Set(["pass", "gcloud"]);
    expect(derived({ base, tokens: job, helpersOnPath })).toEqual({
      config: files,
      authFile: files,
      notices: [],
    });
  });
});
