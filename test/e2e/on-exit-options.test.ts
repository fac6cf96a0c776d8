import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { BerthError } from "../../src/errors.ts";
import { shells } from "../../src/shells/index.ts";
import { listing } from "./support/listing.ts";
import { makeSandbox, type Place, type Sandbox, statements } from "./support/sandbox.ts";

const BERTH = "<folder>/tmp/berth-<uid>/gitlab-1-<hash>";
const CI_ENV = "ci-env --quiet --cleanup-on-exit";
const PRINTED = `${statements()}. ${BERTH}/on-exit.sh;\n`;

let sandbox: Sandbox;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("on-exit-options");
});

beforeEach(async () => {
  place = await sandbox.place();
});

afterAll(() => sandbox?.remove());

const berth = (args: string, change: Parameters<Place["job"]>[0] = {}) =>
  place.berth(args.split(" "), place.job(change));

const sh = async (script: string, env = place.job()) => {
  const outcome = await place.run(["sh", "-c", script], env);
  return { ...outcome, left: await readdir(place.root).catch(() => []) };
};

const removed = (path = BERTH) => ({
  ...{ exitCode: 3, stdout: "", stderr: `berth: removed ${path}\n`, left: [] },
});

describe("what it prints", () => {
  test("is one statement more, which reads a file of the berth that is for its user alone", async () => {
    expect(await berth(CI_ENV)).toEqual({ exitCode: 0, stdout: PRINTED, stderr: "" });
    const [name = ""] = await readdir(place.root);
    const found = await listing(join(place.root, name));
    expect(found.map(({ path, mode }) => [path, mode])).toEqual([
      ["", "40700"],
      ...["auth.json", "berth.json", "config.json", "on-exit.sh"].map((it) => [it, "100600"]),
    ]);
  });

  test("by its variable is the same, and the option wins", async () => {
    const variable = { BERTH_CLEANUP_ON_EXIT: "1" };
    const outcome = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
    expect(await berth("ci-env --quiet", variable)).toEqual(outcome(PRINTED));
    expect(await berth("ci-env --quiet --no-cleanup-on-exit", variable)).toEqual(
      outcome(statements()),
    );
  });

  test("in a dry run is the same, and nothing is written", async () => {
    const before = await listing(place.folder);
    expect(await berth(`${CI_ENV} --dry-run`)).toEqual({
      exitCode: 0,
      stdout: PRINTED,
      stderr: "",
    });
    expect(await listing(place.folder)).toEqual(before);
  });

  test("in a dry run changes nothing in a berth that is there", async () => {
    await berth("ci-env");
    const before = await listing(place.folder);
    expect(await berth(`${CI_ENV} --dry-run`)).toEqual({
      exitCode: 0,
      stdout: PRINTED,
      stderr: "",
    });
    expect(await listing(place.folder)).toEqual(before);
  });

  test("has no secret in it", async () => {
    await berth(CI_ENV, { DOCKER_AUTH_CONFIG: '{"auths":{"v.example":{"auth":"dTpwdw=="}}}' });
    const [name = ""] = await readdir(place.root);
    const script = await readFile(join(place.root, name, "on-exit.sh"), "utf8");
    expect(["token-1", "dTpwdw", "DOCKER_AUTH_CONFIG"].filter((it) => script.includes(it))).toEqual(
      [],
    );
  });
});

describe("cleans up", () => {
  const RUN = "berth ci-env --cleanup-on-exit 2>/dev/null";

  test.each([
    ["by a file in the berth", `. "$(${RUN} --as-file)"; exit 3`],
    ["by a file elsewhere", `${RUN} -o env.sh; . ./env.sh; exit 3`],
  ])("%s", async (_, script) => {
    expect(await sh(script)).toEqual(removed());
  });

  test.each([
    ["by options", "--tmp-dir berths --env-file job.env", ""],
    ["by variables", "", "export BERTH_TMP_DIR=berths BERTH_ENV_FILE=job.env;"],
  ])(
    "what relative paths have named, from another folder and without them: %s",
    async (_, args, variables) => {
      await mkdir(join(place.folder, "berths"));
      const { PATH = "", ...job } = place.job();
      const file = Object.entries(job).map(([name, value]) => `${name}='${value}'\n`);
      await writeFile(join(place.folder, "job.env"), file.join(""));
      const script = `${variables} eval "$(${RUN} gitlab ${args})"
      unset BERTH_TMP_DIR BERTH_ENV_FILE; cd /; exit 3`;
      expect(await sh(script, { PATH })).toEqual(
        removed("<folder>/berths/berth-<uid>/gitlab-1-<hash>"),
      );
      expect(
        await readdir(join(place.folder, "berths", place.root.split("/").at(-1) ?? "")),
      ).toEqual([]);
    },
  );

  test("with BERTH_QUIET without a word", async () => {
    const script = `eval "$(berth ci-env --cleanup-on-exit)"; exit 3`;
    expect(await sh(script, place.job({ BERTH_QUIET: "1" }))).toEqual({ ...removed(), stderr: "" });
  });

  test("with --quiet without a word", async () => {
    const script = `eval "$(berth ${CI_ENV})"; exit 3`;
    expect(await sh(script)).toEqual({ ...removed(), stderr: "" });
  });
});

describe("is refused, and nothing is made", () => {
  const refusal = (stdout: string, message: string, hint: string) => ({
    exitCode: 2,
    stdout,
    stderr: `berth: error: ${message} (BERTH_USAGE)\n  hint       ${hint}\n`,
  });
  const others = shells.filter(({ readFile }) => readFile === undefined);

  test("in every shell but those with a trap on EXIT", () => {
    expect(shells.filter((shell) => !others.includes(shell)).map(({ name }) => name)).toEqual([
      "posix",
    ]);
  });

  test.each(others.map((shell) => [shell.name, shell] as const))(
    "with --shell %s",
    async (name, shell) => {
      const message = `--cleanup-on-exit: ${name} cannot keep a trap on EXIT`;
      const hint = "leave it out, and run berth cleanup at the end of the job";
      const stop = shell.stop(new BerthError("BERTH_USAGE", message, hint), true);
      expect(await berth(`${CI_ENV} --shell ${name}`)).toEqual(refusal(stop, message, hint));
      expect(await readdir(place.temporary)).toEqual([]);
    },
  );

  const PERSIST = [
    "--cleanup-on-exit and --persist contradict one another: what is removed is nothing for later steps",
    "leave one out; with --persist run berth cleanup in the job's last step",
  ] as const;
  test.each([
    [`${CI_ENV} --persist`, {}],
    [`${CI_ENV}`, { BERTH_PERSIST: "yes" }],
    ["ci-env --persist", { BERTH_CLEANUP_ON_EXIT: "on" }],
    [`${CI_ENV} --persist --dry-run`, {}],
  ])("berth %s (%j)", async (args, change) => {
    expect(await berth(args, change)).toEqual(refusal("exit 2;\n", ...PERSIST));
    expect(await readdir(place.temporary)).toEqual([]);
  });
});
