import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { findCompanions } from "../../src/docker-config/companions.ts";
import { makeFifo } from "../fixtures/fifo.ts";
import { withoutRights } from "../fixtures/without-rights.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await makeTemporaryFolder("companions-odd");
  await chmod(folder.path, 0o755);
});
afterEach(() => folder.remove());

const at = (...names: string[]): string => join(folder.path, ...names);

const put = async (path: string, mode = 0o644) => {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), "", { mode });
};
const link = async (target: string, path: string) => {
  await mkdir(dirname(at(path)), { recursive: true });
  await symlink(at(target), at(path));
};

/** What comes along from the folder `base`, by its path there. */
const found = async () => {
  const { copies, ...rest } = await findCompanions(at("base"), {});
  return { copies: [...copies].sort((one, other) => (one.to < other.to ? -1 : 1)), ...rest };
};
const expected = (...files: string[]) => ({
  copies: files.map((file) => ({ from: at("base", file), to: file })),
  notices: [],
});

const META = "contexts/meta/abc/meta.json";

describe("TRAP 32: a link, as administrators make it, is followed", () => {
  test.each([
    ["to a file", "shared/meta.json", "shared/meta.json", META],
    ["to a folder in contexts", "shared/abc/meta.json", "shared/abc", "contexts/meta/abc"],
    ["to a builder", "shared/builder", "shared/builder", "buildx/instances/b"],
    ["to a certificate", "shared/ca.pem", "shared/ca.pem", "ca.pem"],
  ])("%s", async (_, file, target, path) => {
    await put(file);
    await link(target, join("base", path));
    const to = path === "contexts/meta/abc" ? META : path;
    expect(await found()).toEqual(expected(to));
  });

  test("over several others", async () => {
    await put("shared/meta.json");
    await link("shared/meta.json", "second");
    await link("second", join("base", META));
    expect(await found()).toEqual(expected(META));
  });

  test("and one that leads nowhere is as if it were not there", async () => {
    await link("gone", join("base", META));
    await link("gone", "base/ca.pem");
    expect(await found()).toEqual(expected());
  });

  test("and one that leads back does not go on for ever: what lies deeper than six folders stays", async () => {
    await put(join("base", META));
    await put("base/contexts/1/2/3/4/5/six");
    await put("base/contexts/1/2/3/4/5/6/seven");
    await link("base/contexts/meta", "base/contexts/meta/back");
    const paths = (await found()).copies.map(({ to }) => to);
    expect(paths).toEqual([
      "contexts/1/2/3/4/5/six",
      META,
      "contexts/meta/back/abc/meta.json",
      "contexts/meta/back/back/abc/meta.json",
      "contexts/meta/back/back/back/abc/meta.json",
    ]);
  });
});

test("what is no file is passed over, and not waited for", async () => {
  await put(join("base", META));
  await makeFifo(at("base/contexts/meta/abc/fifo"));
  await makeFifo(at("base/ca.pem"));
  await symlink("/dev/zero", at("base/key.pem"));
  expect(await found()).toEqual(expected(META));
});

describe("what cannot be read is left out, and that is said", () => {
  const warning = (path: string, code: string) => ({
    level: "warning",
    text: `left out: ${at("base", path)} cannot be read (${code})`,
    hint: "make it readable for the job's user",
  });

  test("a file, a folder and a link that leads to itself, each by its path", async () => {
    await put(join("base", META));
    await put("base/key.pem", 0);
    await put("base/contexts/tls/abc/key.pem");
    await link("base/buildx/instances/b", "base/buildx/instances/b");
    await chmod(at("base/contexts/tls"), 0);
    expect(await withoutRights(found)).toEqual({
      ...expected(META),
      notices: [
        warning("contexts/tls", "EACCES"),
        warning("buildx/instances/b", "ELOOP"),
        warning("key.pem", "EACCES"),
      ],
    });
  });

  test("TRAP 38: a name that is a command is made harmless", async () => {
    await link("base/contexts/a\n::x", "base/contexts/a\n::x");
    expect((await found()).notices.map(({ text }) => text)).toEqual([
      `left out: ${at("base")}/contexts/a\\x0a::x cannot be read (ELOOP)`,
    ]);
  });
});
