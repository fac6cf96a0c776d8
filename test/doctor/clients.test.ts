import { describe, expect, test } from "@jest/globals";
import { usesOf } from "../../src/doctor/clients.ts";
import type { Use } from "../../src/doctor/found.ts";
import { parsePlace } from "../../src/doctor/place.ts";
import type { ConfigFile, Sight } from "../../src/doctor/sight.ts";
import { Secret } from "../../src/secret.ts";
import { inStore, login } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";
import { DOCKERS, fileAt, HELMS, RUNTIMES, sightOf } from "../fixtures/sight.ts";

const HOST = "r.example";
const HUB = "https://index.docker.io/v1/";
const CONTAINERS = "/home/ci/.config/containers/auth.json";

/** How a credential is found, in a line: `user key from (why)`; a helper is called as its program is. */
const lineOf = ({ user, helper, key, from, why }: Use): string =>
  [helper ? `docker-credential-${helper}` : user || "nobody", key, from, `(${why})`]
    .filter(Boolean)
    .join(" ");

const linesOf = (image: string, sight: Sight): Readonly<Record<string, string>> =>
  Object.fromEntries(usesOf(parsePlace(image), sight).map((use) => [use.client, lineOf(use)]));

const NONE = "nobody (nothing has a credential for it)";

/** All clients, of which most look into docker's file alone. */
const all = (line: string, others: Readonly<Record<string, string>> = {}) => ({
  ...{ docker: line, buildx: line, "podman, buildah": line, skopeo: line, helm: line },
  ...others,
});

/** What clients find for an image in docker's file. */
const inDockers = (config: Parameters<typeof fileAt>[1], image = `${HOST}/group/app:1`) =>
  linesOf(image, sightOf({ docker: fileAt(DOCKERS, config) }));

test("the whole of what is known of each use", () => {
  const entry = login("me", "test-token-1", DOCKERS);
  const sight = sightOf({
    docker: fileAt(DOCKERS, { auths: { [HOST]: entry } }),
    helm: fileAt(HELMS, { credHelpers: { [HOST]: "pass" } }),
    skopeo: [],
  });
  const use = { user: "me", entry, key: HOST, from: DOCKERS, why: "auths" };
  expect(opened(usesOf(parsePlace(HOST), sight))).toEqual(
    opened([
      { client: "docker", ...use },
      { client: "buildx", ...use },
      { client: "podman, buildah", ...use },
      { client: "skopeo", user: "", from: "", why: "nothing has a credential for it" },
      { client: "helm", user: "", helper: "pass", from: HELMS, why: "credHelpers" },
    ]),
  );
});

test("where there is nothing, nobody is found", () => {
  expect(linesOf(`${HOST}/app`, sightOf())).toEqual(all(NONE));
});

describe("by the key", () => {
  const found = (key: string, why = "auths, by its host") => `${key} ${key} ${DOCKERS} (${why})`;
  const exact = found(HOST, "auths");
  const inContainers = (line: string) => ({ "podman, buildah": line, skopeo: line });

  test.each<[string, readonly string[], unknown]>([
    ["its own", [HOST], all(exact)],
    ["its own before others", [`https://${HOST}/v1/`, HOST], all(exact)],
    ["with https", [`https://${HOST}`], all(found(`https://${HOST}`))],
    ["of version 1", [`https://${HOST}/v1/`], all(found(`https://${HOST}/v1/`))],
    ["of another", ["other.example"], all(NONE)],
    ["of another port", [`${HOST}:443`], all(NONE)],
    ["in capitals", ["R.Example"], all(NONE)],
    ["with a slash", [`${HOST}/`], all(found(`${HOST}/`), inContainers(NONE))],
    [
      "of the image",
      [`${HOST}/group/app`],
      all(
        found(`${HOST}/group/app`),
        inContainers(found(`${HOST}/group/app`, "auths, the longest part")),
      ),
    ],
    [
      "of its group, and the whole",
      [HOST, `${HOST}/group`],
      all(exact, inContainers(found(`${HOST}/group`, "auths, the longest part"))),
    ],
    ["of another group", [`${HOST}/other`], all(found(`${HOST}/other`), inContainers(NONE))],
    [
      "of several groups",
      [`${HOST}/group`, `${HOST}/other`],
      all(
        found(`${HOST}/group`, "one of 2 of the same host, at random"),
        inContainers(found(`${HOST}/group`, "auths, the longest part")),
      ),
    ],
  ])("%s", (_, keys, lines) => {
    const auths = Object.fromEntries(keys.map((key) => [key, login(key, "pw", DOCKERS)]));
    expect(inDockers({ auths })).toEqual(lines);
  });

  test.each<[string, unknown]>([
    [HUB, all(found(HUB, "auths"), inContainers(found(HUB)))],
    ["docker.io", all(NONE, inContainers(found("docker.io", "auths")))],
    ["index.docker.io", all(NONE, inContainers(found("index.docker.io")))],
    ["registry-1.docker.io", all(NONE, inContainers(found("registry-1.docker.io")))],
    [
      "docker.io/library",
      all(NONE, inContainers(found("docker.io/library", "auths, the longest part"))),
    ],
  ])("of Docker Hub: %s", (key, lines) => {
    const docker = inDockers({ auths: { [key]: login(key, "pw", DOCKERS) } }, "alpine:3");
    // helm takes docker.io for a registry like any other; nobody has its charts there.
    const { helm: _, ...others } = docker;
    const { helm: __, ...expected } = lines as Readonly<Record<string, string>>;
    expect(others).toEqual(expected);
  });
});

describe("by the entry", () => {
  const at = (user: string, why = "auths") => `${user} ${HOST} ${DOCKERS} (${why})`;
  const token = new Secret("test-token-1");

  const NO_PASSWORD = "nobody (its entry has no password)";

  test.each([
    ["a marker of a store that is not named", { auths: { [HOST]: inStore() } }, all(NONE)],
    [
      "a marker, beside one of the host: docker stops at its own key",
      { auths: { [HOST]: inStore(), [`https://${HOST}`]: login("near", "pw") } },
      all(NONE),
    ],
    [
      "a refresh token",
      { auths: { [HOST]: { ...login("me", ""), identityToken: token } } },
      all(at("me")),
    ],
    [
      "a refresh token alone, which podman and its relatives do not read",
      { auths: { [HOST]: { user: "", identityToken: token, from: DOCKERS } } },
      all(at("nobody"), { "podman, buildah": NONE, skopeo: NONE }),
    ],
    [
      "no password, with which docker logs nobody in",
      { auths: { [HOST]: login("me", "") } },
      all(at("me"), { docker: NO_PASSWORD, buildx: NO_PASSWORD }),
    ],
    [
      "a token in the place of the user, which is not shown",
      { auths: { [HOST]: login("test-token-2", "test-token-2") } },
      all(at("[redacted]")),
    ],
    [
      "a token for the registry itself, which they do not read either",
      { auths: { [HOST]: { user: "", registryToken: token, from: DOCKERS } } },
      all(at("nobody"), { "podman, buildah": NONE, skopeo: NONE }),
    ],
  ])("%s", (_, config, lines) => {
    expect(inDockers(config)).toEqual(lines);
  });
});

describe("by a helper", () => {
  const helper = (name: string, why: string, from = DOCKERS) =>
    `docker-credential-${name} ${from} (${why})`;
  const auths = { [HOST]: login("me", "pw") };
  const ME = `me ${HOST} ${DOCKERS} (auths)`;

  test.each([
    [
      "before a login",
      { auths, credHelpers: { [HOST]: "pass" } },
      all(helper("pass", "credHelpers")),
    ],
    ["for another registry", { auths, credHelpers: { "o.example": "pass" } }, all(ME)],
    [
      "under a key with https, where nobody looks",
      { auths, credHelpers: { [`https://${HOST}`]: "pass" } },
      all(ME),
    ],
    [
      "a store, which podman and its relatives do not know",
      { auths, credsStore: "pass" },
      all(helper("pass", "credsStore"), { "podman, buildah": ME, skopeo: ME }),
    ],
    [
      "before a store",
      { credHelpers: { [HOST]: "gcloud" }, credsStore: "pass" },
      all(helper("gcloud", "credHelpers")),
    ],
  ])("%s", (_, config, lines) => {
    expect(inDockers(config)).toEqual(lines);
  });

  test("without a name: for docker there is none, not even a store", () => {
    const found = inDockers({ auths, credHelpers: { [HOST]: "" }, credsStore: "pass" });
    expect([found["docker"], found["buildx"]]).toEqual([ME, ME]);
  });

  test("of Docker Hub, which is called otherwise by docker than by podman and its relatives", () => {
    const credHelpers = { [HUB]: "for-docker", "docker.io": "for-containers" };
    const { helm: _, ...found } = inDockers({ credHelpers }, "alpine");
    const docker = helper("for-docker", "credHelpers");
    const containers = helper("for-containers", "credHelpers");
    expect(found).toEqual({
      ...{ docker, buildx: docker, "podman, buildah": containers, skopeo: containers },
    });
  });
});

describe("by the file", () => {
  const file = (path: string, user: string, key = HOST): ConfigFile =>
    fileAt(path, { auths: { [key]: login(user, "pw", path) } });
  const docker = file(DOCKERS, "dockers");
  const DOCKER = `dockers ${HOST} ${DOCKERS} (auths)`;

  test("containers take the first that has one for it", () => {
    const first = file(RUNTIMES, "other", "other.example");
    const second = file(CONTAINERS, "second");
    const sight = sightOf({ docker, podman: [docker], skopeo: [first, second, docker] });
    expect(linesOf(HOST, sight)).toEqual(
      all(DOCKER, { skopeo: `second ${HOST} ${CONTAINERS} (auths)` }),
    );
  });

  test("and not a better one for the image in the next", () => {
    const skopeo = [file(RUNTIMES, "whole"), file(CONTAINERS, "part", `${HOST}/group`)];
    const found = linesOf(`${HOST}/group/app`, sightOf({ docker, skopeo }));
    expect(found["skopeo"]).toBe(`whole ${HOST} ${RUNTIMES} (auths)`);
  });

  test("helm takes its own before docker's", () => {
    expect(linesOf(HOST, sightOf({ docker, helm: file(HELMS, "helms") }))).toEqual(
      all(DOCKER, { helm: `helms ${HOST} ${HELMS} (auths)` }),
    );
  });

  test("docker takes DOCKER_AUTH_CONFIG before all, by its own key alone", () => {
    const variable = (key: string) => ({
      docker,
      dockerAuthConfig: file("DOCKER_AUTH_CONFIG", "variable", key),
    });
    const FIRST = `variable ${HOST} DOCKER_AUTH_CONFIG (Docker 28.3 and later prefers it)`;
    expect(linesOf(HOST, sightOf(variable(HOST)))).toEqual(
      all(DOCKER, { docker: FIRST, buildx: FIRST }),
    );
    expect(linesOf(HOST, sightOf(variable(`https://${HOST}`)))).toEqual(all(DOCKER));
  });

  test("and even before a helper", () => {
    const sight = sightOf({
      docker: fileAt(DOCKERS, { credHelpers: { [HOST]: "pass" } }),
      dockerAuthConfig: file("DOCKER_AUTH_CONFIG", "variable"),
    });
    expect(linesOf(HOST, sight)["docker"]).toMatch(/^variable /);
  });

  // https://github.com/docker/buildx (util/dockerutil/dockerconfig/configprovider.go)
  describe("buildx takes its own for a part of a registry", () => {
    const at = (key: string) => `/home/ci/.docker/buildx/config/${key}/config.json`;
    const scoped = (...keys: readonly string[]) =>
      sightOf({ docker, buildx: new Map(keys.map((key) => [key, file(at(key), key, HOST)])) });
    const line = (key: string) => `${key} ${HOST} ${at(key)} (buildx' own, for this part)`;

    test.each([
      ["the repository of that name", [HOST, `${HOST}/group/app`], line(`${HOST}/group/app`)],
      ["the registry", [HOST], line(HOST)],
      ["not what is below", [`${HOST}/group/app/x`], DOCKER],
      ["not what is above", [`${HOST}/group`], DOCKER],
    ])("%s", (_, keys, expected) => {
      expect(linesOf(`${HOST}/group/app:1`, scoped(...keys))).toEqual(
        all(DOCKER, { buildx: expected }),
      );
    });

    test("before DOCKER_AUTH_CONFIG", () => {
      const dockerAuthConfig = file("DOCKER_AUTH_CONFIG", "variable");
      expect(linesOf(HOST, { ...scoped(HOST), dockerAuthConfig })["buildx"]).toBe(line(HOST));
    });
  });
});
