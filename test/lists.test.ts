import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { ciSystems } from "../src/ci/index.ts";
import { commands } from "../src/commands/index.ts";
import { BerthError, type ErrorCode, exitStatuses } from "../src/errors.ts";
import { kindOf, registryKinds } from "../src/registries/index.ts";
import { parseSpecs } from "../src/registries/spec.ts";
import { shells } from "../src/shells/index.ts";
import { version } from "../src/version.ts";

const ROOT = new URL("../", import.meta.url).pathname;

type Named = { readonly name: string };

describe("each file of a folder of choices is in the folder's list", () => {
  const folders: readonly [string, readonly Named[], ...string[]][] = [
    ["ci", ciSystems, "system.ts"],
    ["shells", shells, "shell.ts"],
    ["registries", registryKinds, "kind.ts", "spec.ts", "requested.ts", "login.ts", "user.ts"],
    ["commands", commands, "command.ts", "berth-options.ts"],
  ];
  test.each(folders)("src/%s", async (folder, list, ...others) => {
    const files = await readdir(join(ROOT, "src", folder));
    const names = files.filter((file) => file !== "index.ts" && !others.includes(file));
    expect(list.map(({ name }) => `${name}.ts`).sort()).toEqual(names.sort());
  });
});

describe.each(ciSystems.map((system) => [system.name, system] as const))("%s", (_, system) => {
  test("names each of its variables once", () => {
    const names = system.variables.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });

  test("seals what looks like a secret", () => {
    const open = system.variables.filter((variable) => !("secret" in variable && variable.secret));
    const secret = /PASSWORD|TOKEN|SECRET/;
    expect(open.filter(({ name }) => secret.test(name) && !name.endsWith("_URL"))).toEqual([]);
  });

  test("reads no variable that it does not name", async () => {
    const text = await readFile(join(ROOT, "src/ci", `${system.name}.ts`), "utf8");
    const read = [...text.matchAll(/(?:env|secrets)\["([A-Z_]+)"\]/g)].map(
      ([, name]) => name ?? "",
    );
    const named = system.variables.map(({ name }): string => name);
    expect(read.filter((name) => !named.includes(name))).toEqual([]);
  });

  test("has an example of its job's variables that it detects, but for those that must be named", async () => {
    const text = await readFile(join(ROOT, "examples", `${system.name}-job.env`), "utf8");
    const env = Object.fromEntries(
      text.split("\n").flatMap((line) => {
        const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
        return name && value ? [[name, value]] : [];
      }),
    );
    const isDetected = !("onlyByName" in system);
    expect([system.detect(env), system.job(env).id.length > 0]).toEqual([isDetected, true]);
  });
});

describe.each(registryKinds.map((kind) => [kind.name, kind] as const))("%s", (name, kind) => {
  test("recognises its example, and knows all that it needs", () => {
    const [spec] = parseSpecs([kind.example], "--registry");
    expect(spec && kindOf(spec).name).toBe(name);
  });
});

test("the version is that of package.json, in the component, too", async () => {
  const { version: packaged } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const component = await readFile(join(ROOT, "templates/ci-env/template.yml"), "utf8");
  const [, installed] = /version:\n {6}default: (.*)\n/.exec(component) ?? [];
  expect([version, installed]).toEqual([packaged, packaged]);
});

// https://docs.gitlab.com/ci/components/#directory-structure
test("GitLab finds one component: no pipeline to copy lies where it looks", async () => {
  const below = await readdir(join(ROOT, "templates"), { recursive: true });
  const components = below.filter((path) => /^(?:[^/]+\.yml|[^/]+\/template\.yml)$/.test(path));
  expect(components).toEqual(["ci-env/template.yml"]);
});

describe("error codes", () => {
  const codes = Object.keys(exitStatuses) as ErrorCode[];

  test.each(codes)("%s is thrown somewhere", async (code) => {
    const folder = join(ROOT, "src");
    const files = (await readdir(folder, { recursive: true })).filter(
      (file) => file.endsWith(".ts") && file !== "errors.ts",
    );
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    expect(texts.some((text) => text.includes(`"${code}"`))).toBe(true);
  });

  test("wrong use is 2, every other failure 1", () => {
    const statuses = codes.map((code) => [code, new BerthError(code, "m", "h").exitStatus]);
    const expected = codes.map((code) => [code, code === "BERTH_USAGE" ? 2 : 1]);
    expect(statuses).toEqual(expected);
  });
});
