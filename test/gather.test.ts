import { symlink } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { complaint } from "./fixtures/complaint.ts";
import { configOf, login } from "./fixtures/configs.ts";
import { gitlabJob, type Variables } from "./fixtures/environments.ts";
import { auths, type Gathering, makeGathering } from "./fixtures/gathering.ts";
import { opened } from "./fixtures/opened.ts";
import { treeOf } from "./fixtures/tree.ts";

let machine: Gathering;
beforeEach(async () => {
  machine = await makeGathering();
});
afterEach(() => machine.remove());

const at = (...names: string[]): string => machine.at(...names);
const put: Gathering["put"] = (...file) => machine.put(...file);
const look: Gathering["look"] = (...how) => machine.look(...how);

const BASE = "home/.docker/config.json";
const CONTAINERS = "home/.config/containers/auth.json";
const HELM = "home/.config/helm/registry/config.json";

describe("gather() reads", () => {
  test("the base, and the files of podman & co. and of helm, each by itself; it writes nothing", async () => {
    await put(BASE, auths(["base.example", "b"]));
    await put(CONTAINERS, auths(["pod.example", "c"]));
    await put(HELM, auths(["helm.example", "h"]));
    const before = await treeOf(machine.folder);
    const { base, containers, helm, notices, berth } = await look();
    expect(opened({ base, containers, helm, notices, berth })).toEqual(
      opened({
        base: configOf({ auths: { "base.example": login("b", "pw", at(BASE)) } }),
        containers: configOf({ auths: { "pod.example": login("c", "pw", at(CONTAINERS)) } }),
        helm: configOf({ auths: { "helm.example": login("h", "pw", at(HELM)) } }),
        notices: [],
        berth: undefined,
      }),
    );
    expect(await treeOf(machine.folder)).toEqual(before);
  });

  test("two files of podman & co.: the first counts, for a registry that both have", async () => {
    const first = "run/containers/auth.json";
    await put(first, auths(["both.example", "run"], ["run.example", "run"]));
    await put(CONTAINERS, {
      ...auths(["https://Both.example/v1/", "home"], ["home.example", "home"]),
      credHelpers: { "run.example": "pass", "gcr.io": "gcloud" },
    });
    const { containers, sources, notices } = await look();
    expect(opened({ containers, sources, notices })).toEqual(
      opened({
        containers: configOf({
          auths: {
            "home.example": login("home", "pw", at(CONTAINERS)),
            "both.example": login("run", "pw", at(first)),
            "run.example": login("run", "pw", at(first)),
          },
          credHelpers: { "gcr.io": "gcloud" },
        }),
        sources: {
          base: { directory: at("home/.docker"), file: at(BASE) },
          containers: [at(first), at(CONTAINERS)],
        },
        notices: [],
      }),
    );
  });

  test.each([
    ["the base of HOME, before that of the user database", () => at("other"), "other"],
    ["nothing of a relative HOME, which is in the checkout", () => "checkout", "home"],
    ["nor of one that is the checkout", () => ".", "home"],
  ])("%s", async (_, home, found) => {
    for (const place of ["home", "other", "checkout", "."]) {
      await put(`${place}/.docker/config.json`, {});
      await put(`${place}/.config/containers/auth.json`, {});
      await put(`${place}/.config/helm/registry/config.json`, {});
    }
    expect((await look({ HOME: home() })).sources).toEqual({
      base: { directory: at(found, ".docker"), file: at(found, ".docker/config.json") },
      containers: [at(found, ".config/containers/auth.json")],
      helm: at(found, ".config/helm/registry/config.json"),
    });
  });

  test("what comes along with the base, and says what of that cannot be read", async () => {
    await put("home/.docker/ca.pem", "");
    await symlink("key.pem", at("home/.docker/key.pem"));
    const { companions, notices } = await look();
    expect({ companions, notices }).toEqual({
      companions: {
        copies: [{ from: at("home/.docker/ca.pem"), to: "ca.pem" }],
        notices,
      },
      notices: [
        {
          level: "warning",
          text: `left out: ${at("home/.docker/key.pem")} cannot be read (ELOOP)`,
          hint: "make it readable for the job's user",
        },
      ],
    });
  });

  test("none of them with --no-inherit", async () => {
    for (const file of [BASE, CONTAINERS, HELM]) await put(file, "broken");
    const { base, containers, helm, sources } = await look({}, { inherit: false });
    const nothing = configOf({});
    expect({ base, containers, helm, sources }).toEqual({
      base: nothing,
      containers: nothing,
      helm: nothing,
      sources: { containers: [] },
    });
  });

  test("the job's variables, with secrets sealed; that of --token-env and DOCKER_AUTH_CONFIG, too", async () => {
    const env = { MY_TOKEN: "test-token-mine", DOCKER_AUTH_CONFIG: "{}", EMPTY: "" };
    const { variables } = await look(env, { tokenEnv: "MY_TOKEN" });
    const { CI_REGISTRY_PASSWORD: password, CI_JOB_TOKEN: token, ...open } = gitlabJob;
    expect(opened(variables)).toEqual({
      env: { ...open, XDG_RUNTIME_DIR: at("run") },
      secrets: {
        CI_REGISTRY_PASSWORD: { secret: password },
        CI_JOB_TOKEN: { secret: token },
        MY_TOKEN: { secret: "test-token-mine" },
        DOCKER_AUTH_CONFIG: { secret: "{}" },
      },
    });
  });

  test("DOCKER_AUTH_CONFIG, unless it is to be left alone", async () => {
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify(auths(["r.example", "v"])) };
    const found = async (options = {}, variables: Variables = env) => {
      const { dockerAuthConfig, dockerAuthConfigIsSet } = await look(variables, options);
      return opened([dockerAuthConfig, dockerAuthConfigIsSet]);
    };
    const nothing = opened([configOf({}), false]);
    const read = configOf({ auths: { "r.example": login("v", "pw", "DOCKER_AUTH_CONFIG") } });
    expect(await found()).toEqual(opened([read, true]));
    expect(await found({ useDockerAuthConfig: false })).toEqual(nothing);
    expect(await found({}, {})).toEqual(nothing);
  });

  test("which of the named helpers are on PATH, whatever file names them", async () => {
    await put(BASE, { credsStore: "one" });
    await put(CONTAINERS, { credHelpers: { a: "two" } });
    await put(HELM, { credHelpers: { a: "three" } });
    for (const name of ["one", "two", "three", "four", "unnamed"]) {
      await put(`bin/docker-credential-${name}`, "", 0o755);
    }
    const DOCKER_AUTH_CONFIG = JSON.stringify({ credHelpers: { a: "four" } });
    const { helpersOnPath } = await look({ PATH: at("bin"), DOCKER_AUTH_CONFIG });
    expect(helpersOnPath).toEqual(new Set(["one", "two", "three", "four"]));
  });
});

test("TRAP 34: a temp directory that is not there is an error", async () => {
  expect(await complaint(() => look({}, { tmpDir: "gone" }))).toBe(
    `BERTH_TEMP_DIR: --tmp-dir: ${at("gone")} is not there`,
  );
});

describe("TRAP 29: a file that cannot be used", () => {
  const broken = (path: string) => `${at(path)} is not valid JSON`;

  test.each([
    ["as the base", BASE, {}],
    ["of podman & co., that a variable names", "x.json", { REGISTRY_AUTH_FILE: "x.json" }],
    ["of helm, that a variable names", "x.json", { HELM_REGISTRY_CONFIG: "x.json" }],
  ])("%s is an error", async (_, path, env) => {
    await put(path, "{");
    expect(await complaint(() => look(env))).toBe(`BERTH_BAD_CONFIG: ${broken(path)}`);
  });

  test.each([CONTAINERS, "run/containers/auth.json", HELM])(
    "at a default place is left out, and that is said: %s",
    async (path) => {
      await put(path, "{");
      expect((await look()).notices).toEqual([
        {
          level: "warning",
          text: `left out: ${broken(path)}`,
          hint: "correct it, or pass --no-inherit to start from nothing",
        },
      ]);
    },
  );
});
