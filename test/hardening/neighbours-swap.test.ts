import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { snapshot } from "../support/snapshot.ts";
import { berthAt, slowed, until, whole } from "./support/jobs.ts";
import { rounds } from "./support/rounds.ts";
import { describeNeighbours, type Neighbours, SECRET, SHARED } from "./support/users.ts";

// In the place of the victim's folder: one in which the berth is a link to the victim's config.
const DECOY = 'mkdir -m 777 "$SHARED/decoy" && ln -s "$HOME/.docker" "$SHARED/decoy/$JOB"';
const SWAP = 'mv -T "$ROOT" "$SHARED/kept" && mv -T "$SHARED/decoy" "$ROOT"';

/** What the victim runs, its slow calls on the berth's path, and how many end before the swap. */
const MOMENTS = [
  {
    name: "a renewal, after its look at the berth",
    words: ["ci-env", "--quiet"],
    slow: ["statx:delay_exit=1500000:when=2"],
    lines: 1,
  },
  {
    name: "a removal, after its look at the marker",
    words: ["cleanup", "--quiet"],
    slow: ["statx", "rename:delay_enter=1500000:when=1"],
    lines: 2,
  },
] as const;

// Makes the folder, or a link in its place; and takes away what can be taken away.
const FIDGET = `const fs = require("node:fs");
const { ROOT, HOME, SHARED, THEIRS } = process.env;
const attempts = [
  () => fs.mkdirSync(ROOT, 0o777), () => fs.rmdirSync(ROOT),
  () => fs.symlinkSync(HOME + "/.docker", ROOT), () => fs.unlinkSync(ROOT),
  () => fs.symlinkSync(THEIRS, ROOT), () => fs.renameSync(ROOT, SHARED + "/taken"),
  () => fs.renameSync(SHARED + "/taken", ROOT), () => fs.rmSync(ROOT),
];
const end = Date.now() + 15000;
for (let count = 0; Date.now() < end && fs.existsSync(THEIRS + "/go"); count += 1) {
  try { attempts[Math.floor(Math.random() * attempts.length)](); } catch {}
}`;

const DONE = { exitCode: 0, stdout: "", stderr: "" };

describeNeighbours(
  ["strace", "useradd", "userdel"],
  "swap",
  "a swap between check and use",
  (make, users) => {
    /** Runs the victim's command, with the attacker's swap at its slow moment. */
    const swapDuring = async (it: Neighbours, { words, slow, lines }: (typeof MOMENTS)[number]) => {
      await it.run(it.place.command(["ci-env", "--quiet"]));
      const before = await snapshot(it.home);
      expect(await it.attack(DECOY)).toEqual(DONE);
      const log = join(it.place.temporary, "log");
      const slowly = it.run(slowed(slow, it.place.command(words), { path: it.berth, log }));
      let ended = false;
      void slowly.then(() => {
        ended = true;
      });
      const seen = async () =>
        (await readFile(log, "utf8").catch(() => "")).split("\n").length > lines;
      await until(async () => ended || (await seen()));
      await wait(400);
      const swapped = (await it.attack(SWAP)).exitCode === 0;
      await slowly;
      return { swapped, before, after: await snapshot(it.home), seen: await it.seen() };
    };

    test.each(MOMENTS)("$name, in a sticky folder: the attacker cannot", async (moment) => {
      const it = await make(SHARED.sticky);
      const { swapped, before, after, seen } = await swapDuring(it, moment);
      expect({ swapped, after, seen }).toEqual({ swapped: false, after: before, seen: "" });
    });

    test.each(MOMENTS)(
      "$name, in an open folder: no file of the victim's is overwritten or removed",
      async (moment) => {
        const it = await make(SHARED.open);
        const { before, after, seen } = await swapDuring(it, moment);
        expect({ after, seen }).toEqual({ after: before, seen: "" });
      },
    );

    const replaced = async (mode: number): Promise<string> => {
      const it = await make(mode);
      const { exitCode, stderr } = await it.run(it.place.command(["ci-env", "--quiet"]));
      if (exitCode !== 0) return /BERTH_\w+/.exec(stderr)?.[0] ?? stderr;
      await it.attack(
        'mv "$ROOT" "$SHARED/kept"; mkdir -p "$BERTH"; echo evil > "$BERTH/config.json"',
      );
      const { stdout } = await it.run(["cat", join(it.berth, "config.json")]);
      return stdout === "evil\n" ? "theirs" : "the victim's";
    };

    test("in a sticky folder, what the job's clients read is the victim's", async () => {
      expect(await replaced(SHARED.sticky)).toBe("the victim's");
    });

    test("in an open folder, it is too, or there is no berth", async () => {
      expect(await replaced(SHARED.open)).not.toBe("theirs");
    });

    test("in a sticky folder, whatever they do all the time: a safe berth, or an error", async () => {
      const it = await make(SHARED.sticky);
      const before = await snapshot(it.home);
      await it.attack("umask 022; touch go");
      const fidget = it.attack(`exec ${process.execPath} --eval '${FIDGET}'`);
      const ends: string[] = [];
      for (let round = 0; round < rounds(12); round += 1) {
        const { exitCode, stderr } = await it.run(it.place.command(["ci-env", "--quiet"]));
        ends.push(exitCode === 0 ? "done" : (/BERTH_\w+/.exec(stderr)?.[0] ?? stderr));
        if (exitCode === 0) {
          const { uid, mode } = await lstat(it.root);
          expect([uid, mode & 0o777]).toEqual([users().victim.uid, 0o700]);
          expect(await berthAt(it.berth)).toEqual(whole(SECRET));
          await it.run(["rm", "-r", it.root]);
        } else await it.run(it.place.command(["cleanup", "--stale", "0s"]));
      }
      await it.attack("rm go");
      await fidget;
      const allowed = ["done", "BERTH_UNSAFE_DIRECTORY", "BERTH_DISK"];
      expect(ends.filter((end) => !allowed.includes(end))).toEqual([]);
      expect([await snapshot(it.home), await it.seen()]).toEqual([before, ""]);
    }, 60_000);
  },
);
