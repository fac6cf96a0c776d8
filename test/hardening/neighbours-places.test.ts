import { lstat, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { snapshot } from "../support/snapshot.ts";
import { describeNeighbours, type Neighbours, SHARED } from "./support/users.ts";
import { afterAttack, isSafe } from "./support/users-safe.ts";

let it: Neighbours;

const berth = (args: readonly string[], change?: Readonly<Record<string, string>>) =>
  it.run(it.place.command(args), change);
const ciEnv = (change?: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  berth(["ci-env", "--quiet", ...args], change);

describeNeighbours(
  ["useradd", "userdel"],
  "places",
  "places that another user has a hand in",
  (make) => {
    const setUp = async (script: string, mode: number = SHARED.sticky): Promise<unknown> => {
      it = await make(mode);
      return afterAttack(it, script);
    };

    describe("what is inherited", () => {
      test.each([
        ["DOCKER_CONFIG", "mkfifo -m 666 config.json", "", 1],
        ["DOCKER_CONFIG", "mkfifo -m 666 fifo; ln -s fifo config.json", "", 1],
        ["DOCKER_CONFIG", "mkdir -p contexts/meta/x; mkfifo contexts/meta/x/meta.json", "", 0],
        ["DOCKER_CONFIG", "mkfifo -m 666 fifo", "fifo", 0],
        ["XDG_RUNTIME_DIR", "mkdir containers; mkfifo -m 666 containers/auth.json", "", 0],
        ["XDG_CONFIG_HOME", "mkdir containers; mkfifo -m 666 containers/auth.json", "", 0],
        ["HELM_CONFIG_HOME", "mkdir registry; mkfifo -m 666 registry/config.json", "", 0],
        ["REGISTRY_AUTH_FILE", "mkfifo -m 666 auth.json", "auth.json", 1],
        ["DOCKER_AUTH_CONFIG", "mkfifo -m 666 auth.json", "auth.json", 1],
        ["BERTH_ENV_FILE", "mkdir file", "file", 1],
      ])("%s with theirs (%s): nobody waits", async (name, script, path, exitCode) => {
        const before = await setUp(script);
        const ended = await ciEnv({ [name]: join(it.theirs, path) });
        expect(ended).toMatchObject({ exitCode });
        if (exitCode === 0) await isSafe(it, before, it.shared);
        else expect([await snapshot(it.home), await it.seen()]).toEqual([before, ""]);
      });

      const entry = `{"auth":"${Buffer.from("mallory:m").toString("base64")}"}`;
      const config = `{"auths":{"registry.example.com":${entry},"other.example.com":${entry}}}`;

      test.each([
        ["DOCKER_CONFIG", "config.json"],
        ["XDG_RUNTIME_DIR", "containers/auth.json"],
        ["HELM_CONFIG_HOME", "registry/config.json"],
      ])("%s with a config of theirs: the job's token stays the job's", async (name, file) => {
        const write = `mkdir -p containers registry; echo '${config}' > ${file}`;
        const before = await setUp(`umask 022; ${write}`);
        expect(await ciEnv({ [name]: it.theirs })).toMatchObject({ exitCode: 0, stderr: "" });
        await isSafe(it, before, it.shared);
        expect(await readFile(join(it.berth, "config.json"), "utf8")).not.toContain(
          Buffer.from("gitlab-ci-token:").toString("base64").slice(0, -4).concat("mallory"),
        );
      });

      test("links in a base of theirs to files of the victim's: copies are the victim's", async () => {
        const before = await setUp(
          `umask 022; mkdir -p contexts/meta
        ln -s "$HOME" contexts/meta/x; ln -s "$HOME/.profile" contexts/y`,
        );
        expect(await ciEnv({ DOCKER_CONFIG: it.theirs })).toMatchObject({ exitCode: 0 });
        expect([await snapshot(it.home), await it.seen()]).toEqual([before, ""]);
        expect((await lstat(it.root)).mode & 0o077).toBe(0);
        expect(await readdir(join(it.berth, "contexts"))).toEqual(["meta", "y"]);
      });
    });

    describe("where the berths lie", () => {
      test.each(["BERTH_TMP_DIR", "TMPDIR"])("%s is theirs, and shut: an error", async (name) => {
        const before = await setUp("chmod 755 .");
        const ended = await ciEnv({ [name]: it.theirs });
        expect(ended).toMatchObject({ exitCode: 1, stdout: "exit 1;\n" });
        expect(ended.stderr).toContain("(BERTH_DISK)");
        expect([await snapshot(it.home), await it.seen()]).toEqual([before, ""]);
      });

      test("BERTH_TMP_DIR is theirs, and open: an error, or the victim's alone", async () => {
        const before = await setUp("chmod 777 .");
        const { exitCode, stderr } = await ciEnv({ BERTH_TMP_DIR: it.theirs });
        if (exitCode === 0) await isSafe(it, before, it.theirs);
        else expect(stderr).toContain("(BERTH_UNSAFE_DIRECTORY)");
        expect([await snapshot(it.home), await it.seen()]).toEqual([before, ""]);
      });
    });

    test("the victim's own folder with a berth of another user in it: is refused", async () => {
      await setUp("true");
      expect(await ciEnv()).toMatchObject({ exitCode: 0 });
      await it.run(["rm", "-r", it.berth]);
      await mkdir(it.berth, { mode: 0o700 });
      const ended = await ciEnv();
      expect(ended.exitCode).toBe(1);
      expect(ended.stderr).toContain("belongs to another user (uid 0) (BERTH_UNSAFE_DIRECTORY)");
    });
  },
);
