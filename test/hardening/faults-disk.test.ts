import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { makeSandbox, type Sandbox } from "../e2e/support/sandbox.ts";
import { testIf } from "../e2e/support/test-if.ts";
import { canMount, UNSHARE } from "../e2e/support/tmpfs.ts";
import { rounds } from "./support/rounds.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("faults-disk");
});

afterAll(() => sandbox?.remove());

// Longer than a page, so that a file can end in the middle.
const TOKEN = "x".repeat(6000);

/**
 * For each number of free pages up to `most`: what each run says on a disk that has so many left, whether a file is half of it,
 * and whether the same works when there is room again.
 */
const script = (most: number): string => `
mount -t tmpfs -o size=256k none "$TMPDIR"; cd "$TMPDIR"
whole() { for f in berth-*/* berth-*/*/*; do
  case $f in
    *.[0-9]*-*) echo "left $f" ;;
    *.json) [ ! -e "$f" ] || tail -c 2 "$f" | grep -q '^}$' || echo "half of $f" ;;
  esac
done; }
runs() {
  # A block of GITLAB_ENV is there whole, or not at all.
  printf 'EARLIER=1\\n' > env-file
  fill "$1"
  said=$(GITLAB_ENV=$TMPDIR/env-file berth ci-env --quiet --persist 2> /dev/null); status=$?
  rm -f filler
  case $status$said in 1"exit 1;") ;; 0export*BERTH_IMAGE=*) ;; *) echo "status $status: $said";; esac
  lines=$(wc -l < env-file)
  [ "$lines" = 1 ] || [ "$lines" = "$whole_lines" ] || echo "half of a block: $lines lines"
  whole
}
fill() { head -c 1M /dev/zero > filler 2> /dev/null; truncate -s -$(($1 * 4096)) filler; }
printf 'EARLIER=1\\n' > env-file
GITLAB_ENV=$TMPDIR/env-file berth ci-env --quiet --persist > /dev/null; whole_lines=$(wc -l < env-file)
cp -a berth-* .kept
failed=0
for free in $(seq 0 ${most}); do
  rm -rf berth-*; runs "$free"; [ "$status" = 0 ] || failed=$((failed + 1))
  rm -rf berth-*; cp -a .kept "berth-$(id -u)"
  CI_REGISTRY_PASSWORD=$CI_REGISTRY_PASSWORD''2 runs "$free"; [ "$status" = 0 ] || failed=$((failed + 1))
  CI_REGISTRY_PASSWORD=$CI_REGISTRY_PASSWORD''2 berth ci-env --quiet > /dev/null || echo "again: status $?"
  whole
  berth cleanup --quiet || echo "cleanup: status $?"
  ls berth-*
done
[ "$failed" -gt 2 ] && [ "$status" = 0 ] && echo done`;

describe("a disk with 0, 1, 2, … pages left", () => {
  testIf(canMount, "has nothing by halves, and the next run works", async () => {
    const place = await sandbox.place();
    const env = place.job({ CI_REGISTRY_PASSWORD: TOKEN });
    const run = await place.run([...UNSHARE, "sh", "-c", script(rounds(1) === 1 ? 10 : 24)], env);
    expect(run).toEqual({ exitCode: 0, stdout: "done\n", stderr: "" });
  });
});
