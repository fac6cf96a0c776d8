import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { present } from "../../src/variables.ts";
import { describeDespite } from "../support/describe-with.ts";
import { leaksIn } from "../support/leaks.ts";
import { storageObstacles } from "../support/obstacles.ts";
import { type Registry, startRegistry } from "../support/registry.ts";
import { type RegistryProxy, startRegistryProxy } from "../support/registry-proxy.ts";
import { ownersOf } from "../support/site.ts";
import { snapshot } from "../support/snapshot.ts";
import { COMPONENT, fileOf, files, pipelineOf } from "./support/pipelines/files.ts";
import { makePipelineJob } from "./support/pipelines/job.ts";
import type { Row } from "./support/pipelines/row.ts";
import { rows } from "./support/pipelines/rows.ts";
import { makeSandbox, type Sandbox } from "./support/sandbox.ts";

const describeWith = describeDespite(await storageObstacles());
const PROGRAMS = ["docker-registry", "openssl", "skopeo", "buildah", "bash"];
const ANOTHER = "another/job";

describeWith(PROGRAMS, "each pipeline to copy, in the shells of its CI", () => {
  let sandbox: Sandbox;
  let registry: Registry;
  let proxy: RegistryProxy;
  let count = 0;

  beforeAll(async () => {
    sandbox = await makeSandbox("templates");
    registry = await startRegistry();
    proxy = await startRegistryProxy(registry);
  });

  afterAll(async () => {
    await proxy?.stop();
    await registry?.stop();
    await sandbox?.remove();
  });

  /** A job whose HOME has the login of another one, which may push the same image. */
  const prepare = async (row: Row, change: { readonly BERTH_CLIENTS?: string } = {}) => {
    count += 1;
    const label = `${row.system} ${count}`;
    const place = await sandbox.place();
    const [host = "", ...path] = row.image.split("/");
    const project = path.join("/");
    const [token, anothers] = [`job-token-${count}-secret`, `another-token-${count}-secret`];
    registry.grant({ user: row.user, token, project });
    const also = [{ project, actions: ["pull", "push"] as const }];
    registry.grant({ user: "another", token: anothers, project: ANOTHER, also });
    // Where the CI itself has put the job's own login into HOME, it is that.
    const isOwn = Object.keys(row.secrets(token)).length === 0;
    const login = isOwn ? { user: row.user, token } : { user: "another", token: anothers };
    const job = await makePipelineJob(place, {
      ...{ env: present({ ...row.env, ...change }), secrets: row.secrets(token), proxy },
      ...{ home: { registry: host, ...login }, label },
    });
    const words = { image: `${row.image}:${row.tag}`, berth: row.berth };
    const [start, home] = [registry.log.length, await snapshot(place.home)];
    const result = async () => {
      const owners = ownersOf(registry.log, start);
      const said = job.shells.map(({ stdout, stderr }) => stdout + stderr).join("\n");
      return {
        shells: job.shells,
        owners,
        left: await job.berths(),
        leaks: leaksIn(said, [token, anothers]),
        homeIsAsItWas: JSON.stringify(await snapshot(place.home)) === JSON.stringify(home),
      };
    };
    const image = `docker://${registry.host}/${project}:${row.tag}`;
    const isPushed = async (): Promise<boolean> => {
      const words = ["skopeo", "inspect", "--tls-verify=false", "--creds", `${row.user}:${token}`];
      const format = ["--format", '{{index .Labels "berth.test"}}'];
      const { stdout } = await place.run([...words, ...format, image], place.env);
      return stdout === `${label}\n`;
    };
    return { job, words, project, result, isPushed };
  };

  for (const row of rows) {
    const name = `${row.system}${row.shell ? ` in ${row.shell}` : ""}`;
    describeWith(row.programs ?? [], name, () => {
      const whole = { leaks: [], homeIsAsItWas: true };
      const left = row.isLeft ? [row.berth.replace(/.*\//, "")] : [];
      const leaves = row.isLeft ? "leaves its berth in its container" : "leaves no berth";

      test(`builds, pushes as the job and nobody else, and ${leaves}`, async () => {
        const { job, words, project, result, isPushed } = await prepare(row);
        await row.vendor(pipelineOf(row.system), job);
        const shells = row.ends(words).passes;
        expect(await result()).toEqual({ ...whole, shells, owners: [project], left });
        expect(await isPushed()).toBe(true);
      });

      test(`where the build fails, pushes nothing, fails, and ${leaves}`, async () => {
        const { job, words, result } = await prepare(row);
        await rm(join(job.checkout, "Dockerfile"));
        await row.vendor(pipelineOf(row.system), job);
        const shells = row.ends(words).fails;
        expect(await result()).toEqual({ ...whole, shells, owners: [], left });
      });

      test("where berth refuses, stops before it builds, and fails", async () => {
        const { job, words, result } = await prepare(row, { BERTH_CLIENTS: "kubectl" });
        await row.vendor(pipelineOf(row.system), job);
        const shells = row.ends(words).refuses;
        expect(await result()).toEqual({ ...whole, shells, owners: [], left: [] });
      });
    });
  }

  test("without berth the login in HOME is used, which is another job's", async () => {
    const row = rows.find(({ system }) => system === "generic");
    if (!row) throw new Error("no generic pipeline");
    const { job, result } = await prepare(row);
    await row.vendor(pipelineOf(row.system).replace(/^eval .*$/m, ""), job);
    expect(await result()).toMatchObject({ owners: [ANOTHER], left: [] });
  });
});

test("no pipeline is left out, but the component, which has tests of its own", () => {
  const run = new Set(rows.map(({ system }) => fileOf(system)));
  expect([COMPONENT, ...run].sort()).toEqual(files);
});
