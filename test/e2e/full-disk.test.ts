import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { execaSync } from "execa";
import { makeSandbox, type Sandbox, statements } from "./support/sandbox.ts";
import { testIf } from "./support/test-if.ts";

// A mount name space of its own, so that no mount outlives the test; without root also a user name space.
const UNSHARE = ["unshare", "--mount", "--map-root-user"];

const mounts =
  execaSync(
    UNSHARE[0] ?? "",
    [...UNSHARE.slice(1), ...["mount", "-t", "tmpfs", "-o", "size=8k", "none", "/mnt"]],
    { reject: false },
  ).exitCode === 0;

const canMount = { can: mounts, otherwise: "this user cannot mount a tmpfs with unshare" };

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("full");
});

afterAll(() => sandbox?.remove());

/** Runs `script` where the temp directory is a tmpfs of `size`, then lists what is in there. */
const onTmpfs = async (size: string, script: string, change = {}) => {
  const place = await sandbox.place();
  const all = `mount -t tmpfs -o size=${size} none "$TMPDIR"
    ${script}
    echo "status $?"
    find "$TMPDIR" -mindepth 1 | sort`;
  return place.run([...UNSHARE, "sh", "-c", all], place.job(change));
};

const full = (
  file: string,
) => `berth: error: cannot write <folder>/tmp/berth-<uid>/gitlab-1-<hash>.<random>/${file}: no space left on the disk (BERTH_DISK)
  hint       free or change it, or choose another place with --tmp-dir or BERTH_TMP_DIR
`;

const ROOT = "<folder>/tmp/berth-<uid>";

describe("a full disk", () => {
  testIf(canMount, "is named, and no credential and no folder of the job is left", async () => {
    expect(await onTmpfs("8k", "berth ci-env --quiet")).toEqual({
      exitCode: 0,
      stdout: `exit 1;\nstatus 1\n${ROOT}\n`,
      stderr: full("auth.json"),
    });
  });

  testIf(canMount, "in the middle of a file: no part of it is left", async () => {
    const token = "x".repeat(20_000);
    const change = { CI_REGISTRY_PASSWORD: token };
    expect(await onTmpfs("20k", "berth ci-env --quiet", change)).toEqual({
      exitCode: 0,
      stdout: `exit 1;\nstatus 1\n${ROOT}\n`,
      stderr: full("config.json"),
    });
  });

  testIf(canMount, "at an update: the job's berth stays as it was", async () => {
    const script = `berth ci-env --quiet
      sum=$(cd "$TMPDIR"/berth-*/*/ && cat *.json | cksum)
      head -c 100k /dev/zero > "$TMPDIR/filler" 2> /dev/null
      CI_REGISTRY_PASSWORD=other berth ci-env --quiet 2> /dev/null
      status=$?
      rm "$TMPDIR/filler"
      [ "$sum" = "$(cd "$TMPDIR"/berth-*/*/ && cat *.json | cksum)" ] && echo same
      (exit $status)`;
    const berth = `${ROOT}/gitlab-1-<hash>`;
    const files = ["auth.json", "berth.json", "config.json"].map((name) => `${berth}/${name}\n`);
    expect(await onTmpfs("24k", script)).toEqual({
      exitCode: 0,
      stdout: `${statements()}exit 1;\nsame\nstatus 1\n${ROOT}\n${berth}\n${files.join("")}`,
      stderr: "",
    });
  });
});
