import { link, lstat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { snapshot } from "../support/snapshot.ts";
import { describeNeighbours, type Neighbours, SHARED } from "./support/users.ts";

/** What the attacker puts where the folder of the victim's berths is to be. */
const PLANTS = {
  "a folder that all may write to": 'mkdir -m 777 "$ROOT" "$BERTH"',
  "a folder that only they may write to": 'mkdir -m 755 "$ROOT"',
  "a link to a folder of theirs": 'mkdir -m 777 own; ln -s "$PWD/own" "$ROOT"',
  "a link to the victim's home": 'ln -s "$HOME" "$ROOT"',
  "a link to nothing": 'ln -s "$PWD/nothing" "$ROOT"',
  "a link to itself": 'ln -s "$ROOT" "$ROOT"',
  "a file": 'touch "$ROOT"; chmod 666 "$ROOT"',
  "a FIFO": 'mkfifo -m 666 "$ROOT"',
  "a socket": `perl -MIO::Socket -e 'IO::Socket::UNIX->new(Local => shift, Listen => 1)' "$ROOT"`,
} as const;

const COMMANDS = [
  ["ci-env"],
  ["ci-env", "--as-file"],
  ["exec", "--", "true"],
  ["cleanup"],
  ["cleanup", "--stale", "0s"],
] as const;

describeNeighbours(
  ["perl", "useradd", "userdel"],
  "planted",
  "what another user puts in the way",
  (make, users) => {
    const refuses = async (neighbours: Neighbours): Promise<void> => {
      const { run, place, home, shared, theirs, seen } = neighbours;
      const folders = [home, shared, theirs];
      const all = () => Promise.all(folders.map((it) => place.run(["ls", "-lARn", it], place.env)));
      const before = [await snapshot(home), await all()];
      const ended = await Promise.all(COMMANDS.map((words) => run(place.command(words))));
      expect(ended.map(({ exitCode }) => exitCode)).toEqual(COMMANDS.map(() => 1));
      for (const { stderr } of ended) expect(stderr).toContain("(BERTH_UNSAFE_DIRECTORY)");
      expect([await snapshot(home), await all()]).toEqual(before);
      expect(await seen()).toBe("");
    };

    const cases = Object.keys(SHARED).flatMap((kind) =>
      Object.keys(PLANTS).map((plant) => [plant, kind] as const),
    );

    test.each(cases)("%s, in a %s folder: is refused, and stays as it is", async (plant, kind) => {
      const neighbours = await make(SHARED[kind as keyof typeof SHARED]);
      const planted = await neighbours.attack(PLANTS[plant as keyof typeof PLANTS]);
      expect(planted).toEqual({ exitCode: 0, stdout: "", stderr: "" });
      await refuses(neighbours);
    });

    test("a hard link to a file of the victim's: is refused, and stays as it is", async () => {
      const neighbours = await make(SHARED.sticky);
      // The kernel lets nobody else do so, where fs.protected_hardlinks is on.
      await link(join(neighbours.home, ".profile"), neighbours.root);
      await refuses(neighbours);
    });

    test.each(["berth.json", "config.json", "auth.json"])(
      "a FIFO as %s in the victim's own berth: nobody waits for it",
      async (name) => {
        const { run, place, berth, seen } = await make(SHARED.sticky);
        const berthCommand = (...args: string[]) => run(place.command(args));
        expect(await berthCommand("ci-env", "--quiet")).toMatchObject({ exitCode: 0, stderr: "" });
        await run(["rm", join(berth, name)]);
        await run(["mkfifo", join(berth, name)]);
        expect(await berthCommand("ci-env", "--quiet")).toMatchObject({ exitCode: 1 });
        const { exitCode } = await berthCommand("cleanup", "--quiet");
        expect([exitCode, await seen()]).toEqual([name === "berth.json" ? 1 : 0, ""]);
      },
    );

    test("--as-file: what a job is told to read after a failure is not theirs", async () => {
      const { run, attack, place } = await make(SHARED.sticky);
      const script = 'mkdir "$ROOT"; echo "id -u >&2; exit 0" > "$ROOT/berth-has-failed"';
      await attack(`umask 022; ${script}; chmod 755 "$ROOT"`);
      const words = place.command(["ci-env", "--as-file"]).join(" ");
      const { exitCode, stderr } = await run(["sh", "-c", `. "$(${words})"; echo goes on`]);
      expect(exitCode).not.toBe(0);
      expect(stderr).not.toContain(`${users().victim.uid}`);
    });

    test("the check for secrets sees one that lies open", async () => {
      const { run, seen, shared } = await make(SHARED.open);
      const open = 'umask 022; echo "$CI_JOB_TOKEN" > "$TMPDIR/open"';
      await run(["sh", "-c", open]);
      expect(await seen()).toContain("/shared/open");
      expect((await lstat(join(shared, "open"))).uid).toBe(users().victim.uid);
    });
  },
);
