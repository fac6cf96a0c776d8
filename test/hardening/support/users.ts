import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { execa } from "execa";
import { asRoot } from "../../e2e/support/privileges.ts";
import { makeSandbox, type Outcome, type Place, type Sandbox } from "../../e2e/support/sandbox.ts";
import { describeDespite } from "../../support/describe-with.ts";
import type { JobEnv } from "../../support/job.ts";

/** A user of this machine. */
interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Who runs a job, and who shares the machine. */
interface Users {
  readonly victim: User;
  readonly attacker: User;
  remove(): Promise<void>;
}

/** A `describe` that makes users: only root can. */
const describeAsRoot = describeDespite(asRoot.can ? {} : { useradd: asRoot.otherwise });

const addUser = async (name: string): Promise<User> => {
  await execa("useradd", ["--no-create-home", "--user-group", "--shell", "/bin/sh", name]);
  const numbers = ["-u", "-g"].map((which) => execa("id", [which, name]));
  const [uid, gid] = (await Promise.all(numbers)).map(({ stdout }) => Number(stdout));
  return { uid: uid ?? 0, gid: gid ?? 0 };
};

const addUsers = async (label: string): Promise<Users> => {
  const names = ["v", "a"].map((it) => `berth-${label}-${it}${process.pid}`);
  const [victim, attacker] = [await addUser(names[0] ?? ""), await addUser(names[1] ?? "")];
  const remove = async (): Promise<void> => {
    for (const name of names) await execa("userdel", ["--force", name], { reject: false });
  };
  return { victim, attacker, remove };
};

/** The job's token. */
export const SECRET = "the-victims-own-token-1234";

/** Modes of a folder that all may write to: as /tmp is, and as an emptyDir of Kubernetes is. */
export const SHARED = { sticky: 0o1777, open: 0o777 } as const;

/** Two users who share a folder. */
export interface Neighbours {
  readonly place: Place;
  readonly home: string;
  /** The folder that both may write to: the victim's TMPDIR. */
  readonly shared: string;
  /** The folder of the victim's berths in it. */
  readonly root: string;
  /** The job's directory in it, whose name everybody can work out. */
  readonly berth: string;
  /** The attacker's own folder. */
  readonly theirs: string;
  readonly uids: Pick<Users, "victim" | "attacker">;
  env(change?: Readonly<Record<string, string>>): JobEnv;
  /** Runs a command as the victim; one that waits for ever is stopped, without an exit status. */
  run(command: readonly string[], change?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Runs a script as the attacker, in `theirs`, who knows all paths. */
  attack(script: string): Promise<Outcome>;
  /** The files that show the token to the attacker. */
  seen(): Promise<string>;
}

const makeNeighbours = async (sandbox: Sandbox, uids: Users, mode: number): Promise<Neighbours> => {
  const place = await sandbox.place();
  const { victim, attacker } = uids;
  const [shared, theirs] = [join(place.folder, "shared"), join(place.folder, "theirs")];
  for (const folder of [shared, theirs, join(place.home, ".docker")]) await mkdir(folder);
  const base = JSON.stringify({ auths: { "base.example.com": { auth: "YmFzZTpiYXNl" } } });
  for (const name of [".profile", ".docker/config.json"]) {
    await writeFile(join(place.home, name), name === ".profile" ? "true\n" : base, { mode: 0o600 });
    await chown(join(place.home, name), victim.uid, victim.gid);
  }
  for (const folder of [place.home, join(place.home, ".docker"), place.runtime, place.temporary]) {
    await chmod(folder, 0o700);
    await chown(folder, victim.uid, victim.gid);
  }
  await chown(theirs, attacker.uid, attacker.gid);
  await chmod(shared, mode);
  const env: Neighbours["env"] = (change = {}) =>
    place.job({ TMPDIR: shared, CI_REGISTRY_PASSWORD: SECRET, CI_JOB_TOKEN: SECRET, ...change });
  const as = async (user: User, [file = "", ...args]: readonly string[], its: JobEnv) => {
    const { exitCode, stdout, stderr } = await execa(file, args, {
      ...{ uid: user.uid, gid: user.gid, cwd: user === attacker ? theirs : "/", env: its },
      ...{ extendEnv: false, reject: false, stdin: "ignore", timeout: 20_000 },
      stripFinalNewline: false,
    });
    return { exitCode, stdout: place.mask(stdout), stderr: place.mask(stderr) };
  };
  const root = join(shared, `berth-${victim.uid}`);
  // By a run of the attacker's own, with what is public of the job.
  const [file = "", ...args] = place.command(["ci-env", "--dry-run", "--quiet"]);
  const { stdout } = await execa(file, args, {
    ...{ env: env({ TMPDIR: place.folder }), extendEnv: false },
  });
  const berth = join(root, basename(/DOCKER_CONFIG=(.*);/.exec(stdout)?.[1] ?? ""));
  const job = { ROOT: root, BERTH: berth, JOB: basename(berth) };
  const known = { HOME: place.home, SHARED: shared, THEIRS: theirs, ...job };
  const attack: Neighbours["attack"] = (script) =>
    as(attacker, ["sh", "-c", script], { PATH: place.env["PATH"] ?? "", ...known });
  const login = Buffer.from(`gitlab-ci-token:${SECRET}`).toString("base64");
  return {
    ...{ place, home: place.home, shared, root, berth, theirs, uids, env, attack },
    run: (command, change) => as(victim, command, env(change)),
    seen: async () =>
      (await attack(`grep -rlaD skip -e ${SECRET} -e ${login} "$SHARED" "$THEIRS" "$HOME"`)).stdout,
  };
};

/** A `describe` with two users of its own; `make` gives a machine that they share, by default as /tmp is. */
export const describeNeighbours = (
  programs: readonly string[],
  label: string,
  name: string,
  body: (make: (mode?: number) => Promise<Neighbours>, users: () => Users) => void,
): void =>
  describeAsRoot(programs, name, () => {
    let sandbox: Sandbox;
    let users: Users;
    beforeAll(async () => {
      sandbox = await makeSandbox(label);
      users = await addUsers(label);
    });
    afterAll(async () => {
      await users?.remove();
      await sandbox?.remove();
    });
    body(
      (mode = SHARED.sticky) => makeNeighbours(sandbox, users, mode),
      () => users,
    );
  });
