import { describe, expect, test } from "@jest/globals";
import { withoutSecrets } from "../../src/docker-config/helper-store.ts";
import { Secret } from "../../src/secret.ts";
import { configOf, login } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";

const HUB = "https://index.docker.io/v1/";
const config = configOf({
  auths: {
    "r.example": login("me", "test-token"),
    [HUB]: login("hub", "test-token"),
    "refresh.example": { user: "", identityToken: new Secret("test-token"), from: "base" },
    "bearer.example": { user: "", registryToken: new Secret("test-token"), from: "base" },
    "r.example/group": login("me", "test-token"),
    "berth.invalid": { user: "", from: "berth" },
  },
  credHelpers: { "gcr.io": "gcloud" },
  other: { HttpHeaders: { a: "b" } },
});

const leftOut = (key: string) => ({
  level: "warning",
  text: `${key}: its credential is left out: a credential helper cannot give it`,
  hint: "leave out --store helper, if it is needed",
});

describe("a config without secrets asks berth's helper for each registry", () => {
  test.each([
    ["Docker", false, HUB],
    ["podman and its relatives, which know Docker Hub by another name", true, "docker.io"],
  ])("for %s", (_, forContainers, hub) => {
    expect(opened(withoutSecrets(config, { forContainers }))).toEqual(
      opened({
        config: configOf({
          auths: { "berth.invalid": { user: "", from: "berth" } },
          credHelpers: {
            "gcr.io": "gcloud",
            "r.example": "berth",
            [hub]: "berth",
            "refresh.example": "berth",
          },
          other: { HttpHeaders: { a: "b" } },
        }),
        notices: [leftOut("bearer.example"), leftOut("r.example/group")],
      }),
    );
  });
});
