import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { execa } from "execa";
import { slowed } from "./support/jobs.ts";
import { describeNeighbours, type Neighbours, SHARED } from "./support/users.ts";

// Looks at all below its folders until it is told to stop: each name and mode that was there.
const WATCH = `const fs = require("node:fs");
const seen = new Set();
const look = (path) => {
  const found = fs.lstatSync(path);
  seen.add((found.mode & 0o777).toString(8) + " " + path);
  if (found.isDirectory()) for (const name of fs.readdirSync(path)) below(path + "/" + name);
};
const below = (path) => { try { look(path); } catch {} };
const round = () => { for (const path of process.argv.slice(1)) below(path); };
let going = true;
process.stdin.on("end", () => { going = false; }).resume();
const again = () => {
  for (let count = 0; count < 20; count += 1) round();
  if (going) setImmediate(again);
  else process.stdout.write([...seen].join("\\n"));
};
process.stderr.write("ready");
again();`;

/** All modes that lie below `folders` while `work` is done: root sees into every one. */
const modesDuring = async (
  folders: readonly string[],
  work: () => Promise<unknown>,
): Promise<readonly string[]> => {
  const watcher = execa(process.execPath, ["--eval", WATCH, ...folders]);
  await new Promise((resolve) => watcher.stderr.once("data", resolve));
  await work();
  watcher.stdin.end();
  return (await watcher).stdout.split("\n");
};

const openIn = (seen: readonly string[]): readonly string[] =>
  seen.filter((line) => !/^\d00 /.test(line));

describeNeighbours(
  ["strace", "useradd", "userdel"],
  "modes",
  "what others see while berth runs",
  (make) => {
    // Each call that makes or names something is slow: nothing is there too shortly to be seen.
    const SLOW = ["mkdir,openat,fchmod,chmod:delay_exit=2000", "rename:delay_enter=20000"];

    const watched = async (it: Neighbours, umask: string, args: readonly string[]) => {
      const under = ["sh", "-c", `umask ${umask}; exec "$@"`, "sh"];
      return it.run([...under, ...slowed(SLOW, it.place.command(args))], {
        GITLAB_ENV: join(it.place.temporary, "later"),
      });
    };

    test.each(["0000", "0002", "0022", "0077", "0777"])(
      "under umask %s: at no moment more than the user's own",
      async (umask) => {
        const it = await make(SHARED.sticky);
        const context = join(it.home, ".docker", "contexts", "meta", "x");
        await mkdir(context, { recursive: true });
        await writeFile(join(context, "meta.json"), "{}", { mode: 0o644 });
        const out = join(it.place.temporary, "out");
        const seen = await modesDuring([it.root, it.place.temporary], async () => {
          for (const args of [
            ["ci-env", "--quiet", "--persist"],
            ["ci-env", "--quiet", "--output-file-path", out],
            ["exec", "--quiet", "--", "true"],
            ["ci-env", "--quiet", "--as-file"],
            ["cleanup", "--quiet"],
          ]) {
            const { exitCode, stderr } = await watched(it, umask, args);
            expect([exitCode, stderr]).toEqual([0, ""]);
          }
        });
        expect(openIn(seen)).toEqual([]);
        const names = seen.map((line) => it.place.mask(line).split("/shared/berth-<uid>")[1] ?? "");
        const ofStaging = names.filter((name) => /<random>\/config\.json$/.test(name));
        const unfinished = names.filter((name) => /\/config\.json\.\d+-[0-9a-f]{12}$/.test(name));
        const whole = names.filter((name) => /<hash>\/contexts\/meta\/x\/meta\.json$/.test(name));
        expect([ofStaging, unfinished, whole].map((found) => found.length > 0)).toEqual([
          ...[true, true, true],
        ]);
        expect(await it.seen()).toBe("");
      },
    );

    test("the watcher sees what is open for a moment", async () => {
      const it = await make(SHARED.sticky);
      const script = 'umask 0; mkdir -m 700 "$1"; echo > "$1/f"; sleep 0.05; chmod 600 "$1/f"';
      const seen = await modesDuring([it.root], () => it.run(["sh", "-c", script, "sh", it.root]));
      expect(openIn(seen)).toEqual([`666 ${it.root}/f`]);
    });
  },
);
