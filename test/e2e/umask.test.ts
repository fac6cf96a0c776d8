import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { modes } from "./support/listing.ts";
import { makeSandbox, type Sandbox, statements } from "./support/sandbox.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await makeSandbox("umask");
});

afterAll(() => sandbox?.remove());

test.each(["0000", "0022", "0077", "0777"])(
  "with umask %s only the owner can read what is made, also a second time",
  async (umask) => {
    const place = await sandbox.place();
    const meta = join(place.home, ".docker", "contexts", "meta", "a");
    await mkdir(meta, { recursive: true });
    await writeFile(join(meta, "meta.json"), "{}", { mode: 0o666 });
    const script = `umask ${umask}; berth ci-env --quiet && berth ci-env --quiet`;
    expect(await place.run(["sh", "-c", script], place.job())).toEqual({
      ...{ exitCode: 0, stdout: statements().repeat(2), stderr: "" },
    });
    const found = Object.entries(await modes(place.root));
    expect(Object.fromEntries(found.map(([path, mode]) => [place.mask(`-${path}`), mode]))).toEqual(
      {
        "-": "40700",
        "-gitlab-1-<hash>": "40700",
        "-gitlab-1-<hash>/auth.json": "100600",
        "-gitlab-1-<hash>/berth.json": "100600",
        "-gitlab-1-<hash>/config.json": "100600",
        "-gitlab-1-<hash>/contexts": "40700",
        "-gitlab-1-<hash>/contexts/meta": "40700",
        "-gitlab-1-<hash>/contexts/meta/a": "40700",
        "-gitlab-1-<hash>/contexts/meta/a/meta.json": "100600",
      },
    );
  },
);
