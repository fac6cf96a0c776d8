import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { trustFor } from "../../src/doctor/certificates.ts";
import { makeFifo } from "../fixtures/fifo.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../support/temporary-folder.ts";

let home: TemporaryFolder;
beforeEach(async () => {
  home = await makeTemporaryFolder("certificates");
});
afterEach(() => home?.remove());

// Not in /etc, which is the machine's own.
const DOCKERS = ".config/docker/certs.d";
const CONTAINERS = ".config/containers/certs.d";

const trust = async (files: Readonly<Record<string, string>>, host = "r.example:5000") => {
  for (const [path, text] of Object.entries(files)) {
    const at = join(home.path, path);
    await mkdir(dirname(at), { recursive: true });
    await writeFile(at, text);
  }
  return trustFor(host, home.path);
};

// https://docs.docker.com/engine/security/certificates/, https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
describe("whom clients trust as a registry, and who they are for it", () => {
  const at = (folder: string, name: string, host = "r.example:5000") => `${folder}/${host}/${name}`;

  test.each<[string, Readonly<Record<string, string>>, unknown]>([
    ["nothing", {}, { ca: [] }],
    ["docker's authority", { [at(DOCKERS, "ca.crt")]: "one" }, { ca: ["one"] }],
    ["containers' authority", { [at(CONTAINERS, "ca.crt")]: "one" }, { ca: ["one"] }],
    [
      "those of both",
      { [at(DOCKERS, "ca.crt")]: "one", [at(CONTAINERS, "any name.crt")]: "two" },
      { ca: ["one", "two"] },
    ],
    [
      "several in one folder, and nothing else there",
      {
        [at(DOCKERS, "a.crt")]: "one",
        [at(DOCKERS, "b.crt")]: "two",
        [at(DOCKERS, "c.pem")]: "three",
        [at(DOCKERS, "README")]: "four",
      },
      { ca: expect.arrayContaining(["one", "two"]) },
    ],
    [
      "a client's certificate, with its key",
      { [at(DOCKERS, "client.cert")]: "who", [at(DOCKERS, "client.key")]: "key" },
      { ca: [], cert: "who", key: "key" },
    ],
    ["a client's certificate without its key", { [at(DOCKERS, "client.cert")]: "who" }, { ca: [] }],
    [
      "a client's certificate with another's key",
      { [at(DOCKERS, "client.cert")]: "who", [at(DOCKERS, "other.key")]: "key" },
      { ca: [] },
    ],
    [
      "of several clients' the first that is whole",
      {
        [at(DOCKERS, "client.cert")]: "who",
        [at(CONTAINERS, "client.cert")]: "whole",
        [at(CONTAINERS, "client.key")]: "key",
      },
      { ca: [], cert: "whole", key: "key" },
    ],
    ["another port's", { [at(DOCKERS, "ca.crt", "r.example:5001")]: "one" }, { ca: [] }],
    ["those without a port", { [at(DOCKERS, "ca.crt", "r.example")]: "one" }, { ca: [] }],
    ["another host's", { [at(DOCKERS, "ca.crt", "s.example:5000")]: "one" }, { ca: [] }],
  ])("%s", async (_, files, expected) => {
    expect(await trust(files)).toEqual(expected);
  });

  test("Docker Hub's are under its name", async () => {
    expect(await trust({ [at(DOCKERS, "ca.crt", "docker.io")]: "hub" }, "docker.io")).toEqual({
      ca: ["hub"],
    });
  });

  test("a file in the folder's place, or what cannot be read, is passed over", async () => {
    const folder = join(home.path, CONTAINERS, "r.example:5000");
    await mkdir(folder, { recursive: true });
    await mkdir(join(folder, "folder.crt"));
    await makeFifo(join(folder, "fifo.crt"));
    await symlink("gone", join(folder, "gone.crt"));
    await writeFile(join(folder, "real.crt"), "real");
    await symlink("real.crt", join(folder, "link.crt"));
    await mkdir(join(home.path, DOCKERS), { recursive: true });
    await writeFile(join(home.path, DOCKERS, "r.example:5000"), "");
    expect(await trustFor("r.example:5000", home.path)).toEqual({ ca: ["real", "real"] });
  });
});
