import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fingerprints } from "../src/docker-config/encode.ts";
import { complaint } from "./fixtures/complaint.ts";
import { configOf, login } from "./fixtures/configs.ts";
import type { Variables } from "./fixtures/environments.ts";
import { makeFifo } from "./fixtures/fifo.ts";
import { auths, type Gathering, makeGathering } from "./fixtures/gathering.ts";
import { berthMarker } from "./fixtures/marker.ts";
import { opened } from "./fixtures/opened.ts";

let machine: Gathering;
beforeEach(async () => {
  machine = await makeGathering();
});
afterEach(() => machine.remove());

const put: Gathering["put"] = (...file) => machine.put(...file);
const look: Gathering["look"] = (...how) => machine.look(...how);

const LATER = "a later login in this job";

const OWN = configOf({ auths: { "r.example": login("job", "pw") } });
const WRITTEN = { "config.json": fingerprints(OWN), "auth.json": fingerprints(OWN) };

describe("the job's berth", () => {
  const make = async (config: unknown, authFile: unknown, parts: object = {}) => {
    const { directory } = await look();
    const path = directory.path.slice(machine.folder.length + 1);
    const logins = { tokens: ["r.example"], dockerAuthConfig: ["v.example"], requested: [] };
    const marker = berthMarker({ job: directory.job, written: WRITTEN, logins });
    await put(`${path}/berth.json`, { ...marker, ...parts });
    await put(`${path}/config.json`, config);
    await put(`${path}/auth.json`, authFile);
    return directory.path;
  };

  test("is read with what has been changed in it, and with the logins that an earlier run had", async () => {
    const path = await make(
      auths(["r.example", "job"], ["later.example", "me"]),
      auths(["r.example", "job"], ["v.example", "v"]),
    );
    const { berth } = await look();
    expect(opened(berth)).toEqual(
      opened({
        ...{ path, created: berthMarker().created, earlier: {}, written: [WRITTEN] },
        changes: {
          "config.json": configOf({
            auths: { "later.example": login("me", "pw", LATER) },
          }),
          "auth.json": configOf({ auths: { "v.example": login("v", "pw", LATER) } }),
        },
        logins: {
          tokens: {
            auths: new Map([["r.example", login("job", "pw", "an earlier run in this job")]]),
            credHelpers: new Map(),
          },
          dockerAuthConfig: {
            auths: new Map([["v.example", login("v", "pw", "DOCKER_AUTH_CONFIG")]]),
            credHelpers: new Map(),
          },
          requested: { auths: new Map(), credHelpers: new Map() },
        },
      }),
    );
  });

  test("stands for DOCKER_AUTH_CONFIG, which the first run unset, unless it is to be left alone", async () => {
    await make(auths(["r.example", "job"]), auths(["r.example", "job"], ["v.example", "v"]));
    const keys = async (env: Variables, useDockerAuthConfig: boolean) => {
      const found = await look(env, { useDockerAuthConfig });
      return [[...found.dockerAuthConfig.auths.keys()], found.dockerAuthConfigIsSet];
    };
    expect(await keys({}, true)).toEqual([["v.example"], false]);
    expect(await keys({}, false)).toEqual([[], false]);
    expect(await keys({ DOCKER_AUTH_CONFIG: "{}" }, true)).toEqual([[], true]);
  });

  test("that somebody has broken is an error, which tells how to go on", async () => {
    const path = await make("{", {});
    expect(await complaint(() => look())).toBe(
      `BERTH_BAD_CONFIG: ${path}/config.json is not valid JSON`,
    );
  });

  test.each([
    ["of another version", { version: 2 }],
    ["with sources that are none", { sources: { base: 5 } }],
    ["with sources of an earlier version", { sources: { containers: "/x/auth.json" } }],
  ])("%s is refused, and it is said how to go on", async (_, parts) => {
    const path = await make({}, {}, parts);
    await expect(look()).rejects.toMatchObject({
      code: "BERTH_UNSAFE_DIRECTORY",
      message: `${path} is not a berth of this version`,
      hint: "remove this job's berth: berth cleanup",
    });
  });

  test.each(["config.json", "auth.json"])(
    "a FIFO as its %s is an error, and no wait",
    async (name) => {
      const path = await make({}, {});
      await rm(join(path, name));
      await makeFifo(join(path, name));
      expect(await complaint(() => look())).toBe(
        `BERTH_BAD_CONFIG: ${join(path, name)} is not a regular file`,
      );
    },
  );

  test("is not read where another job's is", async () => {
    await make({}, {});
    expect((await look({ CI_JOB_ID: "7002" })).berth).toBeUndefined();
  });
});
