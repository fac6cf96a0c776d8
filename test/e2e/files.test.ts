import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { describeWith } from "../support/describe-with.ts";
import { makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";
import { shells } from "./support/shells.ts";

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("files");
});
beforeEach(async () => {
  place = await sandbox.place();
});
afterAll(() => sandbox?.remove());

const BERTH = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";
const berth = (...args: string[]) => place.berth(["ci-env", "--quiet", ...args], place.job());
const at = (name: string) => join(place.folder, name);
const permissions = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const directory = async () => join(place.root, (await readdir(place.root))[0] ?? "");

describe.each(shells)("in $name", ({ program, command }) => {
  describeWith([program], 'a job with . "$(berth ci-env --as-file)"', () => {
    test.each([
      ["uses the berth", "", "gitlab-1-<hash>\n", 0],
      ["stops where berth fails", "--tmp-dir none", "", 1],
      ["stops where berth is used wrongly", "--frob", "", 2],
    ])("%s", async (_, options, stdout, exitCode) => {
      const script = `. "$(berth ci-env --as-file --quiet ${options})"; echo "\${DOCKER_CONFIG##*/}"`;
      const ended = await place.run([...command, "-c", script], place.job());
      expect({ exitCode: ended.exitCode, stdout: ended.stdout }).toEqual({ exitCode, stdout });
    });
  });
});

describe("--as-file", () => {
  test.each([
    [["--as-file"], "env.sh", statements()],
    [["--as-env-file"], "env.env", statements().replace(/^export |;$/gm, "")],
  ])("%j prints the path of a private file in the job's directory", async (args, name, text) => {
    const done = { exitCode: 0, stdout: `${BERTH}/${name}\n`, stderr: "" };
    expect(await berth(...args)).toEqual(done);
    expect(await berth(...args)).toEqual(done);
    const file = join(await directory(), name);
    expect([place.mask(await readFile(file, "utf8")), await permissions(file)]).toEqual([
      text,
      "600",
    ]);
  });

  test.each([
    [["--as-file=yes"], {}],
    [[], { BERTH_AS_FILE: "TRUE" }],
  ])("is understood after a failure in every word for it: %j %j", async (args, change) => {
    const words = ["ci-env", "--quiet", "--if-missing", "no", ...args];
    const { exitCode, stdout } = await place.berth(words, place.job(change));
    expect([exitCode, stdout.replace(/-[0-9a-f]{8}/, "-<hash>")]).toEqual([
      2,
      "<folder>/tmp/berth-<uid>/stop-<hash>.sh\n",
    ]);
  });

  test("names a file that nobody can have put there, where none can be written", async () => {
    await writeFile(place.root, "a file where the folder should be");
    const { exitCode, stdout } = await berth("--as-file");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: "/dev/null/berth-has-failed\n",
    });
  });
});

describe("--output-file-path", () => {
  const done = { exitCode: 0, stdout: "", stderr: "" };

  test("writes the statements whole and private, over whatever was there", async () => {
    await writeFile(at("out.sh"), "x".repeat(10_000), { mode: 0o755 });
    expect(await berth("-o", "out.sh")).toEqual(done);
    const text = place.mask(await readFile(at("out.sh"), "utf8"));
    expect([text, await permissions(at("out.sh"))]).toEqual([statements(), "600"]);
    const both = await berth("--output-file-path=out.sh", "--as-file");
    expect(both).toEqual({ ...done, stdout: "<folder>/out.sh\n" });
  });

  test("replaces a link, and leaves alone what it leads to", async () => {
    await writeFile(at("target"), "keep");
    await symlink(at("target"), at("link.sh"));
    expect(await berth("-o", "link.sh")).toEqual(done);
    expect(await readFile(at("target"), "utf8")).toBe("keep");
    expect((await lstat(at("link.sh"))).isFile()).toBe(true);
  });

  test.each([
    ["a folder that is not there", "none/out.sh", "its folder is not there"],
    ["a directory", "folder", "EISDIR"],
  ])("%s is an error that names it, and stops the job", async (_, path, problem) => {
    await mkdir(at("folder"));
    const { exitCode, stdout, stderr } = await berth("-o", path);
    expect([exitCode, stdout, stderr.split("\n")[0]]).toEqual([
      1,
      "exit 1;\n",
      `berth: error: cannot write <folder>/${path}: ${problem} (BERTH_DISK)`,
    ]);
  });

  test("after a failure the file stops the job, too", async () => {
    await writeFile(at("out.sh"), statements());
    const { exitCode, stdout } = await berth("-o", "out.sh", "--tmp-dir", "none");
    expect([exitCode, stdout, await readFile(at("out.sh"), "utf8")]).toEqual([
      1,
      "exit 1;\n",
      "exit 1;\n",
    ]);
  });
});

test("--unset restores what was, also when the directory is gone", async () => {
  const script = `
    export HELM_REGISTRY_CONFIG=/mine/helm.json; unset BERTH_IMAGE
    show() { echo "[$DOCKER_CONFIG][$HELM_REGISTRY_CONFIG][$BERTH_IMAGE]"; }
    eval "$(berth ci-env --quiet)"; eval "$(berth ci-env --quiet)"; eval "$(berth ci-env --unset --quiet)"; show
    eval "$(berth ci-env --quiet)"; berth cleanup --quiet; eval "$(berth ci-env --unset --quiet)"; show`;
  expect(
    await place.run(["sh", "-euc", script.replace("show()", "set +u; show()")], place.job()),
  ).toEqual({
    exitCode: 0,
    stdout: "[][/mine/helm.json][]\n[][][]\n",
    stderr: "",
  });
});
