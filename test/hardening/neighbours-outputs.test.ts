import { link, lstat, readdir } from "node:fs/promises";
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
  "outputs",
  "files that berth writes outside of the berth",
  (make, users) => {
    const setUp = async (script: string, mode: number = SHARED.sticky): Promise<unknown> => {
      it = await make(mode);
      return afterAttack(it, script);
    };

    describe("the file of --output-file-path, in a folder of theirs", () => {
      test.each([
        ["a link to a file of the victim's", 'ln -s "$HOME/.profile" out'],
        ["a link to nothing in the victim's home", 'ln -s "$HOME/new" out'],
        ["a FIFO", "mkfifo -m 666 out"],
        ["a file that all may write to", "touch out; chmod 666 out"],
      ])("%s: is replaced", async (_, script) => {
        const before = await setUp(`chmod 777 .; ${script}`);
        const out = join(it.theirs, "out");
        expect(await ciEnv({}, "-o", out)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
        const found = await lstat(out);
        expect([found.isFile(), found.uid, found.mode & 0o777, found.nlink]).toEqual([
          ...[true, users().victim.uid, 0o600, 1],
        ]);
        await isSafe(it, before, it.shared);
      });

      test("a hard link to a file of the victim's: is replaced", async () => {
        const before = await setUp("chmod 777 .");
        await link(join(it.home, ".profile"), join(it.theirs, "out"));
        const ended = await ciEnv({}, "-o", join(it.theirs, "out"));
        expect(ended).toEqual({ exitCode: 0, stdout: "", stderr: "" });
        await isSafe(it, before, it.shared);
      });

      test("a folder: an error, and nothing in it is touched", async () => {
        const before = await setUp('chmod 777 .; ln -s "$HOME" out.d; mkdir out; touch out/theirs');
        const ended = await ciEnv({}, "-o", join(it.theirs, "out"));
        expect(ended).toMatchObject({ exitCode: 1, stdout: "exit 1;\n" });
        expect([await snapshot(it.home), await it.seen()]).toEqual([before, ""]);
        expect((await readdir(it.theirs)).sort()).toEqual(["out", "out.d"]);
      });
    });

    describe("the file for the later steps", () => {
      const github = { GITHUB_ACTIONS: "true", GITHUB_RUN_ID: "1", GITHUB_RUN_ATTEMPT: "1" };
      const job = { ...github, GITHUB_JOB: "j", GITHUB_REPOSITORY: "g/p", GITHUB_ACTOR: "o" };
      const systems = [
        ["GITLAB_ENV", {}, ["gitlab"]],
        ["GITHUB_ENV", { ...job, GITHUB_SERVER_URL: "https://github.com" }, ["github"]],
      ] as const;
      const persist = (name: string, change: object, words: readonly string[]) =>
        berth(["ci-env", ...words, "--quiet", "--persist"], {
          ...change,
          [name]: join(it.theirs, "later"),
        });

      test.each(systems)(
        "%s is a link of theirs to a file of the victim's: that stays",
        async (name, change, words) => {
          const before = await setUp('chmod 777 .; ln -s "$HOME/.profile" later');
          await persist(name, change, words);
          expect(await snapshot(it.home)).toEqual(before);
        },
      );

      test.each(systems)("%s is a FIFO: nobody waits", async (name, change, words) => {
        const before = await setUp("chmod 777 .; mkfifo -m 666 later");
        expect((await persist(name, change, words)).exitCode).toBeDefined();
        expect([await snapshot(it.home), await it.seen()]).toEqual([before, ""]);
      });

      test("GITLAB_ENV that is made: is the victim's alone", async () => {
        await setUp("chmod 777 .");
        expect(await persist("GITLAB_ENV", {}, ["gitlab"])).toMatchObject({ exitCode: 0 });
        const { uid, mode } = await lstat(join(it.theirs, "later"));
        expect([uid, mode & 0o777, await it.seen()]).toEqual([users().victim.uid, 0o600, ""]);
      });
    });
  },
);
