import { describe, expect, test } from "@jest/globals";
import { translateStores } from "../../src/docker-config/stores.ts";
import { base64, configOf, inStore, login } from "../fixtures/configs.ts";
import { derived, tokens } from "../fixtures/derive-input.ts";

const OWN = "registry.example.com:5050";
const PLACEHOLDER = { "berth.invalid": {} };

const auth = (user: string, password = "pw") => ({ auth: base64(`${user}:${password}`) });
const job = tokens({ [OWN]: login("job", "token", "CI_JOB_TOKEN") });
const both = (auths: unknown, ...notices: string[]) => ({
  config: { auths },
  authFile: { auths },
  notices,
});

describe("RULES 9 and 10: stores and helpers", () => {
  const note =
    'info: credential store "desktop" (/home/ci/.docker/config.json) is asked only for the registries that the file lists, so that no login of the job goes there';
  const useless =
    'warning: credential store "desktop" (/home/ci/.docker/config.json) is left out: the file does not say for which registries it is';
  const left = (key: string, helper: string) =>
    `warning: ${key}: its credential helper "${helper}" (/home/ci/.docker/config.json) is left out: docker-credential-${helper} is not on PATH`;

  test("a store becomes the helper of the registries that the file lists", () => {
    const base = configOf({
      auths: { "a.example": inStore(), [OWN]: inStore(), "file.example": login("me", "pw") },
      credsStore: "desktop",
    });
    const files = {
      auths: { "file.example": auth("me"), [OWN]: auth("job", "token") },
      credHelpers: { "a.example": "desktop" },
    };
    expect(derived({ base, tokens: job, helpersOnPath: new Set(["desktop"]) })).toEqual({
      config: files,
      authFile: files,
      notices: [note],
    });
  });

  test("a store that is not on PATH is left out, and that is said by registry", () => {
    const base = configOf({
      auths: { "a.example": inStore(), "b.example": inStore() },
      credsStore: "desktop",
    });
    const gone =
      'info: credential store "desktop" (/home/ci/.docker/config.json) is left out: docker-credential-desktop is not on PATH';
    expect(derived({ base })).toEqual(
      both(PLACEHOLDER, left("a.example", "desktop"), left("b.example", "desktop"), gone),
    );
  });

  test("a registry with a helper of its own keeps it", () => {
    const base = configOf({
      auths: { "a.example": inStore() },
      credHelpers: { "a.example": "pass" },
      credsStore: "desktop",
    });
    const files = { auths: PLACEHOLDER, credHelpers: { "a.example": "pass" } };
    expect(derived({ base, helpersOnPath: new Set(["desktop", "pass"]) })).toEqual({
      config: files,
      authFile: files,
      notices: [useless],
    });
  });

  test.each([
    ["lists no registry", {}],
    ["has a login of its own for each", { auths: { "a.example": login("me", "pw") } }],
    ["has a helper of its own for each", { credHelpers: { "a.example": "pass" } }],
  ])("a store on PATH is left out with a warning and a hint, where the file %s", (_, parts) => {
    const onPath = new Set(["desktop", "pass"]);
    expect(
      translateStores(configOf({ ...parts, credsStore: "desktop" }), "x.json", onPath),
    ).toEqual({
      credentials: translateStores(configOf(parts), "x.json", onPath).credentials,
      notices: [
        {
          level: "warning",
          text: 'credential store "desktop" (x.json) is left out: the file does not say for which registries it is',
          hint: 'name them there: "credHelpers": {"registry.example.com": "desktop"}',
        },
      ],
    });
  });

  test("a store that the file names for a registry is used, where no entry points to it", () => {
    const config = configOf({ credHelpers: { "a.example": "desktop" }, credsStore: "desktop" });
    expect(translateStores(config, "/home/ci/.docker/config.json", new Set(["desktop"]))).toEqual({
      credentials: { auths: new Map(), credHelpers: config.credHelpers },
      notices: [{ level: "info", text: note.slice("info: ".length) }],
    });
  });

  test("TRAP 40: a user and password before a registry's host are not shown", () => {
    const base = configOf({ credHelpers: { "https://me:hunter2@a.example/v1/": "pass" } });
    expect(derived({ base })).toEqual(both(PLACEHOLDER, left("https://a.example/v1/", "pass")));
    const { notices } = translateStores(base, "x.json", new Set());
    expect(notices.map(({ hint }) => hint)).toEqual([
      "install it, or log in to https://a.example/v1/ in the job",
    ]);
  });

  test("a helper that is not on PATH is left out", () => {
    const base = configOf({ credHelpers: { "a.example": "pass" } });
    expect(derived({ base })).toEqual(both(PLACEHOLDER, left("a.example", "pass")));
  });

  test("an empty helper, which podman and ORAS cannot read, is not written, nor replaced by the store", () => {
    const base = configOf({
      auths: { "a.example": login("me", "pw"), "b.example": inStore() },
      credHelpers: { "a.example": "", "b.example": "" },
      credsStore: "desktop",
    });
    expect(derived({ base, helpersOnPath: new Set(["desktop", ""]) })).toEqual(
      both({ "a.example": auth("me") }, useless),
    );
  });

  test("an entry that points to a store, where there is none, is left out", () => {
    expect(derived({ base: configOf({ auths: { "a.example": inStore() } }) })).toEqual(
      both(PLACEHOLDER),
    );
  });
});
