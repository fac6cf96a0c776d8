import { describe, expect, test } from "@jest/globals";
import { base64, configOf, inStore, login } from "../fixtures/configs.ts";
import { derived, tokens } from "../fixtures/derive-input.ts";

const HUB_KEY = "https://index.docker.io/v1/";
const OWN = "registry.example.com:5050";

const auth = (user: string) => ({ auth: base64(`${user}:pw`) });
const one = (user: string, key = OWN) => configOf({ auths: { [key]: login(user, "pw") } });
const job = tokens({ [OWN]: login("job", "pw") });

describe("for one registry DOCKER_AUTH_CONFIG beats the job's tokens, and these beat the base", () => {
  const layers = {
    helm: one("helm"),
    base: one("base"),
    containers: one("containers"),
    tokens: job,
    dockerAuthConfig: one("variable"),
  };
  test.each([
    ["all of them", layers, "variable", "variable"],
    ["no variable", { ...layers, dockerAuthConfig: configOf({}) }, "job", "job"],
    [
      "what is inherited, each client's own first",
      { helm: layers.helm, base: layers.base, containers: layers.containers },
      "base",
      "containers",
    ],
    ["the base alone", { base: layers.base }, "base", "base"],
  ])("%s", (_, parts, forDocker, forContainers) => {
    expect(derived(parts)).toEqual({
      config: { auths: { [OWN]: auth(forDocker) } },
      authFile: { auths: { [OWN]: auth(forContainers) } },
      notices: [],
    });
  });
});

test("helm's file counts for docker and helm, that of podman & co. for these: no credential spreads", () => {
  expect(derived({ helm: one("h", "helm.example"), containers: one("c", "pod.example") })).toEqual({
    config: { auths: { "helm.example": auth("h") } },
    authFile: { auths: { "pod.example": auth("c") } },
    notices: [],
  });
});

test("TRAP 30: a variable's store and helpers are translated, and beat the job's token", () => {
  const dockerAuthConfig = configOf({
    auths: { "a.example": inStore("DOCKER_AUTH_CONFIG") },
    credHelpers: { [OWN]: "gcloud" },
    credsStore: "desktop",
    other: { HttpHeaders: { a: "b" } },
    currentContext: "x",
  });
  const files = {
    auths: { "berth.invalid": {} },
    credHelpers: { [OWN]: "gcloud", "a.example": "desktop" },
  };
  const helpersOnPath = new Set(["gcloud", "desktop"]);
  expect(derived({ tokens: job, dockerAuthConfig, helpersOnPath })).toEqual({
    config: files,
    authFile: files,
    notices: [
      'info: credential store "desktop" (DOCKER_AUTH_CONFIG) is asked only for the registries that the file lists, so that no login of the job goes there',
    ],
  });
});

test("a variable's helper that is not on PATH leaves the job's token in force", () => {
  const dockerAuthConfig = configOf({ credHelpers: { [OWN]: "gcloud" } });
  const files = { auths: { [OWN]: auth("job") } };
  expect(derived({ tokens: job, dockerAuthConfig })).toEqual({
    config: files,
    authFile: files,
    notices: [
      `warning: ${OWN}: its credential helper "gcloud" (DOCKER_AUTH_CONFIG) is left out: docker-credential-gcloud is not on PATH`,
    ],
  });
});

describe("RULE 12: no key for a part of a registry gets into config.json, where Docker picks one at random", () => {
  test("a variable's goes to auth.json, beside the job's credential for the whole", () => {
    const dockerAuthConfig = one("group", `${OWN}/group`);
    expect(derived({ tokens: job, dockerAuthConfig })).toEqual({
      config: { auths: { [OWN]: auth("job") } },
      authFile: { auths: { [OWN]: auth("job"), [`${OWN}/group`]: auth("group") } },
      notices: [],
    });
  });

  test("a variable's for an organisation of Docker Hub leaves the base's login to Docker Hub alone", () => {
    const dockerAuthConfig = one("org", "docker.io/my-org");
    expect(derived({ base: one("base", HUB_KEY), dockerAuthConfig })).toEqual({
      config: { auths: { [HUB_KEY]: auth("base") } },
      authFile: { auths: { [HUB_KEY]: auth("base"), "docker.io/my-org": auth("org") } },
      notices: [],
    });
  });

  const WHOLE = { "r.example": login("whole", "pw") };
  const A = { "r.example/a": login("a", "pw") };
  const B = { "r.example/b": login("b", "pw") };
  test.each([
    ["beside the whole", { ...WHOLE, ...A }, ["r.example"]],
    ["several beside the whole", { ...A, ...WHOLE, ...B }, ["r.example"]],
    ["several", { ...A, ...B }, ["berth.invalid"]],
  ])("the base's go to auth.json alone, too: %s", (_, auths, forDocker) => {
    const { config, authFile } = derived({ base: configOf({ auths }) });
    expect([config, authFile].map((file) => Object.keys(file["auths"] as object))).toEqual([
      forDocker,
      Object.keys(auths),
    ]);
  });
});

test("RULE 12: a single key for a part of a registry, which Docker takes for the whole, is the whole's", () => {
  expect(derived({ base: one("base", "r.example/a") })).toEqual({
    config: { auths: { "r.example": auth("base") } },
    authFile: { auths: { "r.example/a": auth("base") } },
    notices: [],
  });
});

test("RULE 12: and so of each registry of which there is but one", () => {
  const names = ["r.example/a", "q.example/b", "several.example/c", "several.example/d"];
  const base = configOf({ auths: Object.fromEntries(names.map((it) => [it, login(it, "pw")])) });
  expect(derived({ base }).config).toEqual({
    auths: { "r.example": auth("r.example/a"), "q.example": auth("q.example/b") },
  });
});

test("RULE 12: but one for an organisation of Docker Hub is not: Docker never takes it for the whole", () => {
  expect(derived({ base: one("base", "docker.io/my-org") })).toEqual({
    config: { auths: { "berth.invalid": {} } },
    authFile: { auths: { "docker.io/my-org": auth("base") } },
    notices: [],
  });
});

describe("RULE 7: of several keys of DOCKER_AUTH_CONFIG for one registry the one counts that Docker would find", () => {
  test.each([
    [HUB_KEY, "docker.io"],
    ["r.example", "https://r.example/v1/"],
    ["r.example:5000", "http://r.example:5000"],
  ])("%s before %s, in either order", (good, bad) => {
    const files = { auths: { [good]: auth("good") } };
    const expected = { config: files, authFile: files, notices: [] };
    const [goodOne, badOne] = [login("good", "pw"), login("bad", "pw")];
    const first = configOf({ auths: { [good]: goodOne, [bad]: badOne } });
    const last = configOf({ auths: { [bad]: badOne, [good]: goodOne } });
    expect(derived({ dockerAuthConfig: first })).toEqual(expected);
    expect(derived({ dockerAuthConfig: last })).toEqual(expected);
  });
});

describe("RULE 7: keys of DOCKER_AUTH_CONFIG are written as every client finds them", () => {
  test.each([
    ["docker.io", HUB_KEY],
    ["index.docker.io", HUB_KEY],
    ["https://registry-1.docker.io/v2/", HUB_KEY],
    [HUB_KEY, HUB_KEY],
    ["https://r.example:443/v1/", "r.example:443"],
    ["r.example/", "r.example"],
    ["Registry.Example", "registry.example", "Registry.Example"],
    ["https://Registry.Example/v2/", "registry.example", "Registry.Example"],
  ])("%s", (key, ...written) => {
    const files = {
      auths: Object.fromEntries(written.map((name) => [name, auth("variable")])),
    };
    expect(derived({ dockerAuthConfig: one("variable", key) })).toEqual({
      config: files,
      authFile: files,
      notices: [],
    });
  });

  test.each([
    ["https://r.example/v1/", "r.example"],
    ["docker.io", HUB_KEY],
  ])("and those of its helpers: %s", (key, written) => {
    const dockerAuthConfig = configOf({ credHelpers: { [key]: "gcloud" } });
    const found = derived({ dockerAuthConfig, helpersOnPath: new Set(["gcloud"]) });
    const files = { auths: { "berth.invalid": {} }, credHelpers: { [written]: "gcloud" } };
    expect(found).toEqual({ config: files, authFile: files, notices: [] });
  });

  test("and so the base's login to Docker Hub gives way to that of DOCKER_AUTH_CONFIG (RULE 8)", () => {
    const files = { auths: { [HUB_KEY]: auth("variable") } };
    const parts = { base: one("base", HUB_KEY), dockerAuthConfig: one("variable", "docker.io") };
    expect(derived(parts)).toEqual({ config: files, authFile: files, notices: [] });
  });
});
