import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { makeSandbox, type Sandbox } from "../e2e/support/sandbox.ts";
import { describeWith } from "../support/describe-with.ts";
import { ERRORS, SIGNALS } from "./support/faults.ts";
import { envOf, rotateBase } from "./support/faults-place.ts";
import { making } from "./support/faults-scenarios.ts";
import { wrongsOf } from "./support/faults-wrongs.ts";

const LONG = 1_800_000;

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("faults");
});

afterAll(() => sandbox?.remove());

describeWith(["strace"], "a fault at any system call", () => {
  const came = new Set<string>();

  test.each(making)(
    "$name",
    async (scenario) => {
      const { faults, wrongs } = await wrongsOf(await sandbox.place(), scenario);
      for (const { what } of faults) came.add(what);
      expect(wrongs).toEqual([]);
    },
    LONG,
  );

  test("each signal and each error has come", () => {
    const all = [...SIGNALS.map((it) => `signal=${it}`), ...ERRORS.map((it) => `error=${it}`)];
    expect([...came].sort()).toEqual(all.sort());
  });

  test(
    "an interrupted renewal pins no credential of the runner's",
    async () => {
      const before = async (place: Awaited<ReturnType<Sandbox["place"]>>) => {
        await place.berth(["ci-env", "gitlab"], envOf(place));
        await rotateBase(place, 1);
      };
      const scenario = {
        name: "renewal",
        args: ["ci-env", "gitlab"],
        before,
        own: /berth\.json\./,
      };
      expect((await wrongsOf(await sandbox.place(), scenario)).wrongs).toEqual([]);
    },
    LONG,
  );

  test("is found where a program writes in place", async () => {
    const broken = await makeSandbox("faults-broken");
    try {
      const text = `#!/bin/sh
umask 022; d=$TMPDIR/berth-$(id -u)/gitlab-1-0123456789abcdef; mkdir -p "$d"
echo "{" > "$d/config.json"; echo "}" >> "$d/config.json"; echo "export DOCKER_CONFIG=$d;"\n`;
      await writeFile(join(broken.folder, "bin", "berth"), text);
      const scenario = { name: "broken", args: [] };
      const { wrongs } = await wrongsOf(await broken.place(), scenario);
      for (const part of ["has mode 100644", "is half of it", "status 0, but"]) {
        expect(wrongs.join("\n")).toContain(part);
      }
    } finally {
      await broken.remove();
    }
  });
});
