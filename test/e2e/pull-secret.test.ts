import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { outputFile } from "fs-extra/esm";
import { parse } from "yaml";
import { forgeries } from "../hardening/support/payloads.ts";
import { authFile } from "../support/auth-file.ts";
import { type Clouds, startClouds } from "../support/clouds/clouds.ts";
import * as world from "../support/clouds/world.ts";
import { describeWith } from "../support/describe-with.ts";
import type { JobEnv } from "../support/job.ts";
import { leaksIn } from "../support/leaks.ts";
import { identityJob } from "./support/identity-job.ts";
import { installed, packageAt } from "./support/pipelines/validators.ts";
import { auth, makeSandbox, type Outcome, type Place, type Sandbox } from "./support/sandbox.ts";
import { testIf } from "./support/test-if.ts";

const HOST = "registry.example.com";
const TOKEN = "test-token-deploy'\"$(id)";
const DEPLOY = { CI_DEPLOY_USER: "gitlab+deploy-token-1", CI_DEPLOY_PASSWORD: TOKEN };
const ARGS = ["--gitlab-credentials", "deploy"];

let sandbox: Sandbox;
let place: Place;
beforeAll(async () => {
  sandbox = await makeSandbox("pull-secret");
});
afterAll(() => sandbox?.remove());
beforeEach(async () => {
  place = await sandbox.place();
});

const run = (args: readonly string[] = ARGS, env: JobEnv = place.job(DEPLOY)): Promise<Outcome> =>
  place.berth(["pull-secret", ...args], env);

/** Manifests that a cluster has to take: by what is special in them. */
const manifests = async (): Promise<Readonly<Record<string, string>>> => {
  await outputFile(join(place.home, ".docker/config.json"), authFile("docker.io/org", "hub", "x"));
  const all = {
    usual: ARGS,
    "with a namespace": [...ARGS, "--namespace", "prod"],
    "with a name that is a number": [...ARGS, "--name", "1e3"],
    "with a name that is a truth value": [...ARGS, "--name", "true", "--namespace", "null"],
    "with the longest name": [...ARGS, "--name", "a".repeat(253)],
    "of a job's token": ["--force"],
    "of several registries": [...ARGS, "--registry", HOST, "--registry", "docker.io"],
  };
  const texts = Object.entries(all).map(async ([what, args]) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect([what, exitCode, leaksIn(stderr, [TOKEN])]).toEqual([what, 0, []]);
    return [what, stdout] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
};

test("a manifest, whole", async () => {
  const config = { auths: { [HOST]: { auth: auth(DEPLOY.CI_DEPLOY_USER, TOKEN) } } };
  const data = Buffer.from(JSON.stringify(config)).toString("base64");
  expect(await run([...ARGS, "--name", "mine", "--namespace", "prod"])).toEqual({
    exitCode: 0,
    stdout: [
      "apiVersion: v1",
      "kind: Secret",
      "metadata:",
      '  name: "mine"',
      '  namespace: "prod"',
      "type: kubernetes.io/dockerconfigjson",
      "data:",
      `  .dockerconfigjson: ${data}`,
      "",
    ].join("\n"),
    stderr: `berth: a Secret for ${HOST}\n`,
  });
});

// https://kubernetes.io/docs/reference/kubectl/generated/kubectl_label/: with --local it asks no server.
describeWith(["kubectl"], "kubectl", () => {
  const asKubectlReads = async (text: string) => {
    const args = ["label", "--local", "-f", "-", "a=b", "--dry-run=client", "-o", "json"];
    const env = { ...place.env, KUBECONFIG: "/dev/null" };
    const { exitCode, stdout } = await place.run(["kubectl", ...args], env, { input: text });
    return { exitCode, json: exitCode === 0 ? JSON.parse(stdout) : undefined };
  };

  test("reads each as it is written", async () => {
    for (const [what, text] of Object.entries(await manifests())) {
      const { metadata, ...rest } = parse(text);
      expect([what, await asKubectlReads(text)]).toEqual([
        what,
        { exitCode: 0, json: { ...rest, metadata: { ...metadata, labels: { a: "b" } } } },
      ]);
    }
  });

  test("and what it makes by itself of the same config is the same", async () => {
    const { stdout } = await run();
    const { data, ...rest } = parse(stdout);
    const file = join(place.folder, "config.json");
    await outputFile(file, Buffer.from(data[".dockerconfigjson"], "base64"));
    const args = [
      "create",
      "secret",
      "generic",
      "regcred",
      `--from-file=.dockerconfigjson=${file}`,
    ];
    const more = ["--type=kubernetes.io/dockerconfigjson", "--dry-run=client", "-o", "json"];
    const made = await place.run(["kubectl", ...args, ...more], place.env);
    const { metadata, ...others } = JSON.parse(made.stdout);
    expect({ ...others, metadata: { name: metadata.name } }).toEqual({ ...rest, data });
  });

  test("and would see a mistake", async () => {
    const broken = (await run()).stdout.replace("  .dockerconfigjson: ", "  .dockerconfigjson: %");
    expect((await asKubectlReads(broken)).exitCode).not.toBe(0);
  });
});

/** What Kubernetes' own schema finds wrong with an object. */
const problemsOf = async (json: unknown): Promise<unknown> => {
  const schema = join(packageAt("kubernetes-models"), "_schemas/IoK8sApiCoreV1Secret.js");
  const program = `
    const { validate } = require(${JSON.stringify(schema)});
    const json = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(JSON.stringify(validate(json) ? [] : validate.errors.map((it) => it.instancePath)));`;
  const { stdout } = await execa(process.execPath, ["--eval", program], {
    input: JSON.stringify(json),
  });
  return JSON.parse(stdout);
};

describe("the schema of Kubernetes", () => {
  testIf(installed("kubernetes-models"), "accepts each, and none with a mistake", async () => {
    for (const [what, text] of Object.entries(await manifests()))
      expect([what, await problemsOf(parse(text))]).toEqual([what, []]);
    const json = parse((await run()).stdout);
    for (const [part, value] of [
      ["data", { ".dockerconfigjson": 1 }],
      ["metadata", { name: 1 }],
      ["kind", "Pod"],
    ] as const)
      expect(await problemsOf({ ...json, [part]: value })).not.toEqual([]);
  });
});

test("a token that dies with the job leaves stdout empty, so that nothing is applied", async () => {
  const { exitCode, stdout, stderr } = await run([]);
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /^berth: error: the credential for registry\.example\.com ends with the job: .*BERTH_SHORT_LIVED/,
  );
  const script = 'berth pull-secret > out; echo "$?"; wc -c < out';
  const piped = await place.run(["sh", "-c", script], place.job());
  expect(piped.stdout.split(/\s+/)).toEqual(["1", "0", ""]);
});

describe("a credential that the job's identity gets", () => {
  let clouds: Clouds;
  beforeAll(async () => {
    clouds = await startClouds();
  }, 30_000);
  afterAll(() => clouds?.stop());

  const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

  test("ends, and is refused, and given by force", async () => {
    const env = identityJob(place, clouds);
    const args = ["--registry", `${ECR},role=${world.ROLE}`];
    const refused = await run(args, env);
    expect([refused.exitCode, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toMatch(
      new RegExp(`the credential for ${ECR} ends in 12 h: .*BERTH_SHORT_LIVED`),
    );
    const forced = await run([...args, "--force"], env);
    const config = parse(forced.stdout).data[".dockerconfigjson"];
    const { auths } = JSON.parse(Buffer.from(config, "base64").toString("utf8"));
    const [login = ""] = Object.entries<{ auth: string }>(auths).map(
      ([host, it]) =>
        `${host} ${Buffer.from(it.auth, "base64").toString("utf8").replace(/:.*/s, "")}`,
    );
    expect([forced.exitCode, login]).toEqual([0, `${ECR} AWS`]);
    const secrets = clouds.issued.map(({ secret }) => secret);
    expect(leaksIn(forced.stderr + refused.stderr, secrets)).toEqual([]);
  });
});

test("hostile: nothing of the environment is raw in what is said", async () => {
  const evil = "\x1b[31mx##vso[task.complete]\u202e";
  for (const name of ["BERTH_REGISTRIES", "BERTH_SECRET_NAME", "BERTH_NAMESPACE", "CI_REGISTRY"]) {
    const { stdout, stderr } = await run(
      [...ARGS, "--force"],
      place.job({ ...DEPLOY, [name]: evil }),
    );
    expect([name, stdout, forgeries(stderr)]).toEqual([name, "", []]);
  }
});
