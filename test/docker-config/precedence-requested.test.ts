import { describe, expect, test } from "@jest/globals";
import { base64, configOf, inStore, login } from "../fixtures/configs.ts";
import { derived, tokens } from "../fixtures/derive-input.ts";

const HUB_KEY = "https://index.docker.io/v1/";
const OWN = "registry.example.com:5050";

const auth = (user: string) => ({ auth: base64(`${user}:pw`) });
const one = (user: string, key = OWN) => configOf({ auths: { [key]: login(user, "pw") } });
const asked = (key = OWN) => tokens({ [key]: login("asked", "pw") });

describe("what is asked for beats all others for one registry", () => {
  const both = (auths: object) => ({ config: { auths }, authFile: { auths }, notices: [] });

  test.each([
    ["nothing else", {}],
    ["the base", { base: one("base") }],
    ["what podman has", { containers: one("containers") }],
    ["what helm has", { helm: one("helm") }],
    ["the job's token", { tokens: tokens({ [OWN]: login("job", "pw") }) }],
    ["DOCKER_AUTH_CONFIG", { dockerAuthConfig: one("variable") }],
    [
      "all of them",
      {
        ...{ base: one("base"), containers: one("containers"), helm: one("helm") },
        ...{ tokens: tokens({ [OWN]: login("job", "pw") }), dockerAuthConfig: one("variable") },
      },
    ],
    [
      "the same under other keys",
      { base: one("base", `https://${OWN}/v2/`), containers: one("c", `http://${OWN}`) },
    ],
    ["a helper of the base", { base: configOf({ credHelpers: { [OWN]: "gcloud" } }) }],
    [
      "a helper of DOCKER_AUTH_CONFIG",
      { dockerAuthConfig: configOf({ credHelpers: { [OWN]: "gcloud" } }) },
    ],
  ])("%s", (_, parts) => {
    const helpersOnPath = new Set(["gcloud"]);
    expect(derived({ ...parts, helpersOnPath, requested: asked() })).toEqual(
      both({ [OWN]: auth("asked") }),
    );
  });

  test.each(["docker.io", "index.docker.io", HUB_KEY])(
    "Docker Hub, which the base has as %s",
    (key) => {
      expect(derived({ base: one("base", key), requested: asked(HUB_KEY) })).toEqual(
        both({ [HUB_KEY]: auth("asked") }),
      );
    },
  );

  test("both spellings of one in upper case", () => {
    const requested = tokens({
      "r.example": login("asked", "pw"),
      "R.example": login("asked", "pw"),
    });
    expect(derived({ base: one("base", "R.Example"), requested })).toEqual(
      both({ "r.example": auth("asked"), "R.example": auth("asked") }),
    );
  });

  test("RULE 7: but not for the same host with another port, or none", () => {
    const base = configOf({
      auths: { "r.example": login("base", "pw"), "r.example:443": login("base", "pw") },
    });
    expect(derived({ base, requested: asked("r.example:5000") })).toEqual(
      both({
        "r.example": auth("base"),
        "r.example:443": auth("base"),
        "r.example:5000": auth("asked"),
      }),
    );
  });

  test("and is all that a store is not asked for", () => {
    const base = configOf({
      auths: { [OWN]: inStore(), "s.example": inStore() },
      credsStore: "pass",
    });
    const { config, authFile } = derived({
      base,
      helpersOnPath: new Set(["pass"]),
      requested: asked(),
    });
    const expected = { auths: { [OWN]: auth("asked") }, credHelpers: { "s.example": "pass" } };
    expect([config, authFile]).toEqual([expected, expected]);
  });

  test.each([
    ["what podman has", { containers: one("c", `${OWN}/group`) }],
    ["DOCKER_AUTH_CONFIG", { dockerAuthConfig: one("variable", `${OWN}/group`) }],
  ])("RULE 8: for a part of it, too: %s", (_, parts) => {
    expect(derived({ ...parts, requested: asked() })).toEqual(both({ [OWN]: auth("asked") }));
  });
});
