import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Clouds, startClouds } from "../support/clouds/clouds.ts";
import * as world from "../support/clouds/world.ts";
import { describeWith } from "../support/describe-with.ts";
import { writeImage } from "../support/image.ts";
import type { JobEnv } from "../support/job.ts";
import { leaksIn } from "../support/leaks.ts";
import { startRegistry } from "../support/registry.ts";
import { startRegistryProxy } from "../support/registry-proxy.ts";
import { ownersOf } from "../support/site.ts";
import { asking, hadIn, identityJob, said } from "./support/identity-job.ts";
import { auth, makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

let sandbox: Sandbox;
let clouds: Clouds;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("identity");
  clouds = await startClouds();
}, 30_000);
afterAll(async () => {
  await clouds?.stop();
  await sandbox?.remove();
});
beforeEach(async () => {
  place = await sandbox.place();
});

const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const GUID = "00000000-0000-0000-0000-000000000000";
const ROLE = `role=${world.ROLE}`;
const IN_ACR = `tenant=${world.TENANT},client=${world.CLIENT}`;
const IN_POOL = "ci-pool/providers/ci-provider";

/** Runs berth for these registries; out: what the berth then holds, and what is said. */
const ask = async (registries: readonly string[], env: JobEnv = identityJob(place, clouds)) => {
  const outcome = await place.berth(asking(...registries), env);
  const [root = ""] = (await readdir(place.temporary)).filter((name) => name.startsWith("berth-"));
  const [name = ""] = root === "" ? [] : await readdir(`${place.temporary}/${root}`);
  const had = name === "" ? {} : await hadIn(place, clouds, `${root}/${name}`);
  return { exitCode: outcome.exitCode, had, said: said(outcome), outcome };
};

const logins = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.startsWith("  login ")).map((line) => line.replace(/ {2,}/g, " "));

describe("a job has the credential of a registry by who it is", () => {
  const aws = (host: string) => [host, { user: "AWS", secret: "ecr password" }] as const;
  const google = (host: string) =>
    [host, { user: "oauth2accesstoken", secret: "google access token" }] as const;

  test.each([
    ["Amazon ECR", `${ECR},${ROLE}`, aws(ECR), `as AWS by ${world.ROLE} until <time> UTC (12 h)`],
    [
      "Amazon ECR by its dual-stack name",
      `123456789012.dkr-ecr.us-east-1.on.aws,${ROLE}`,
      aws("123456789012.dkr-ecr.us-east-1.on.aws"),
      `as AWS by ${world.ROLE} until <time> UTC (12 h)`,
    ],
    [
      "Amazon ECR by its FIPS name in GovCloud",
      `123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com,${ROLE}`,
      aws("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com"),
      `as AWS by ${world.ROLE} until <time> UTC (12 h)`,
    ],
    [
      "Amazon ECR in China",
      `123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn,${ROLE}`,
      aws("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"),
      `as AWS by ${world.ROLE} until <time> UTC (12 h)`,
    ],
    [
      "Amazon ECR Public",
      `public.ecr.aws,${ROLE}`,
      aws("public.ecr.aws"),
      `as AWS by ${world.ROLE} until <time> UTC (12 h)`,
    ],
    [
      "Google Artifact Registry, as a service account",
      `europe-docker.pkg.dev,provider=${world.PROVIDER},service-account=${world.SERVICE_ACCOUNT}`,
      google("europe-docker.pkg.dev"),
      `as oauth2accesstoken by ${world.SERVICE_ACCOUNT} until <time> UTC (60 min)`,
    ],
    [
      "Google's gcr.io, as the federated job itself, as long as the id token is good",
      `gcr.io,provider=${world.PROVIDER}`,
      ["gcr.io", { user: "oauth2accesstoken", secret: "google federated token" }] as const,
      `as oauth2accesstoken by ${IN_POOL} until <time> UTC (5 min)`,
    ],
    [
      "Google, by a provider with an audience of its own",
      `us-docker.pkg.dev,provider=${world.OTHER_PROVIDER},audience=${world.OTHER_AUDIENCE}`,
      [
        "us-docker.pkg.dev",
        { user: "oauth2accesstoken", secret: "google federated token" },
      ] as const,
      "as oauth2accesstoken by ci-pool/providers/other-provider until <time> UTC (5 min)",
    ],
    [
      "Azure Container Registry",
      `${world.ACR},${IN_ACR}`,
      [world.ACR, { user: GUID, secret: "acr refresh token" }] as const,
      `as ${GUID} by client ${world.CLIENT} until <time> UTC (3 h)`,
    ],
    [
      "JFrog Artifactory",
      `${world.JFROG},provider=${world.INTEGRATION}`,
      [world.JFROG, { user: world.JFROG_USER, secret: "jfrog access token" }] as const,
      `as ${world.JFROG_USER} by provider ${world.INTEGRATION} until <time> UTC (60 min)`,
    ],
    [
      "JFrog Artifactory that names the user",
      `${world.JFROG},provider=${world.NAMING_INTEGRATION}`,
      [world.JFROG, { user: world.JFROG_USER, secret: "jfrog access token" }] as const,
      `as ${world.JFROG_USER} by provider ${world.NAMING_INTEGRATION} until <time> UTC (60 min)`,
    ],
    [
      "any that takes the id token for a password",
      "zot.example.com,username=ci,oidc-password",
      ["zot.example.com", { user: "ci", secret: "id token" }] as const,
      "as ci by id token until <time> UTC (5 min)",
    ],
  ])("%s", async (_, spec, [host, entry], login) => {
    const { exitCode, had, said: lines } = await ask([spec]);
    expect({ exitCode, had, login: logins(lines) }).toEqual({
      ...{ exitCode: 0, had: { [host]: entry } },
      login: [` login ${host} ${login}`],
    });
  });

  test("Azure Pipelines asks for its id token another way, also for that of a service connection", async () => {
    const job = {
      ...place.env,
      ...clouds.env,
      ...clouds.issuer.azureEnv,
      ...{ TF_BUILD: "True", BUILD_BUILDID: "1", SYSTEM_JOBID: "j" },
    };
    for (const more of ["", `,service-connection=${world.CONNECTION}`]) {
      const { had } = await ask([`${world.ACR},${IN_ACR}${more}`], job);
      expect(had).toEqual({ [world.ACR]: { user: GUID, secret: "acr refresh token" } });
    }
  });

  test("GitLab's jobs have theirs in a variable that the pipeline names", async () => {
    const { issuer } = clouds;
    const token = await issuer.issue({ audience: "sts.amazonaws.com", subject: world.SUBJECT });
    const env = { ...place.job({ ECR_TOKEN: token, CI_REGISTRY: undefined }), ...clouds.env };
    const { exitCode, had } = await ask([`${ECR},${ROLE},oidc-token-env=ECR_TOKEN`], env);
    expect({ exitCode, had }).toEqual({
      ...{ exitCode: 0, had: { [ECR]: { user: "AWS", secret: "ecr password" } } },
    });
  });

  test.each([
    [
      "keys",
      () => ({
        AWS_ACCESS_KEY_ID: world.ACCESS_KEY.id,
        AWS_SECRET_ACCESS_KEY: world.ACCESS_KEY.secret,
      }),
      "AWS_ACCESS_KEY_ID",
    ],
    ["its container", () => clouds.containerEnv, "the container's role"],
  ])("a job with credentials of AWS from %s needs no role", async (_, more, from) => {
    const { had, said: lines } = await ask([ECR], identityJob(place, clouds, more()));
    expect([had, logins(lines)]).toEqual([
      { [ECR]: { user: "AWS", secret: "ecr password" } },
      [` login ${ECR} as AWS by ${from} until <time> UTC (12 h)`],
    ]);
  });
});

test("AWS_ENDPOINT_URL_… lead to other servers, without TLS on this machine alone", async () => {
  const { endpoints, issuer } = clouds;
  const { HTTPS_PROXY: _, ...env } = identityJob(place, clouds, {
    ...endpoints,
    ...issuer.githubEnv,
  });
  const { had } = await ask([`${ECR},${ROLE}`, `public.ecr.aws,${ROLE}`], env);
  expect(Object.keys(had)).toEqual([ECR, "public.ecr.aws"]);
  const far = { ...env, AWS_ENDPOINT_URL_STS: "http://sts.example.com" };
  expect(said(await place.berth(asking(`${ECR},${ROLE}`), far)).slice(-2)).toEqual([
    `  warning    no login to ${ECR}: AWS_ENDPOINT_URL_STS is not a URL of https; that of an earlier run is kept`,
    "             correct it, or do not set it",
  ]);
});

describe("all registries of a job at once", () => {
  const ALL = [
    `${ECR},${ROLE}`,
    `public.ecr.aws,${ROLE}`,
    `europe-docker.pkg.dev,provider=${world.PROVIDER},service-account=${world.SERVICE_ACCOUNT}`,
    `${world.ACR},${IN_ACR}`,
    `${world.JFROG},provider=${world.INTEGRATION}`,
    "zot.example.com,username=ci,oidc-password",
    "registry.example.com,username=me,password-env=GITHUB_TOKEN",
  ];
  const HOSTS = ALL.map((spec) => spec.replace(/,.*$/, ""));

  test("are logged in to in one call, each told of", async () => {
    const { exitCode, had, said: lines } = await ask(ALL);
    expect([exitCode, Object.keys(had)]).toEqual([0, HOSTS]);
    const asked = lines.filter((line) => line.startsWith("berth: asking for a credential for "));
    expect(asked.map((line) => line.replace(/^.* for ([^,]+),.*$/, "$1"))).toEqual(
      HOSTS.slice(0, 6),
    );
  });

  test("of which one fails do not keep the others from the job, which goes on or not as it says", async () => {
    const bad = [...ALL, `us-docker.pkg.dev,provider=${world.ORPHAN_PROVIDER}`];
    const { exitCode, had } = await ask(bad);
    expect([exitCode, Object.keys(had)]).toEqual([0, HOSTS]);
    const failing = ["--if-missing", "fail"];
    const stopped = await place.berth([...asking(...bad), ...failing], identityJob(place, clouds));
    expect([stopped.exitCode, stopped.stdout]).toEqual([1, "exit 1;\n"]);
  });

  test("leave no secret in what is said but for the lines that hide them, also as they stand in the config", async () => {
    const env = identityJob(place, clouds);
    const { stdout, stderr } = await place.berth([...asking(...ALL), "--verbose"], env);
    const lines = stderr.split("\n");
    const masks = lines.filter((line) => line.startsWith("::add-mask::"));
    const rest = [stdout, ...lines.filter((line) => !masks.includes(line))].join("\n");
    const secrets = [...clouds.issued.map(({ secret }) => secret), env["GITHUB_TOKEN"] ?? ""];
    expect(leaksIn(rest, secrets)).toEqual([]);
    const kept = clouds.issued.filter(({ what }) => /password|acr|jfrog|google access/.test(what));
    const [password] = kept.filter(({ what }) => what === "ecr password").slice(-1);
    expect(masks).toContain(`::add-mask::${password?.secret}`);
    expect(masks).toContain(`::add-mask::${auth("AWS", password?.secret ?? "")}`);
    expect(lines.indexOf(masks[0] ?? "")).toBe(6);
  });

  test("leave none either where the runtimes are told to say all that they do", async () => {
    const debug = { NODE_DEBUG: "*", DEBUG: "*", BUN_CONFIG_VERBOSE_FETCH: "curl" };
    const env = identityJob(place, clouds, debug);
    const { exitCode, stdout, stderr } = await place.berth(asking(...ALL), env);
    const lines = stderr.split("\n").filter((line) => !line.startsWith("::add-mask::"));
    const secrets = [...clouds.issued.map(({ secret }) => secret), env["GITHUB_TOKEN"] ?? ""];
    expect([exitCode, leaksIn([stdout, ...lines].join("\n"), secrets)]).toEqual([0, []]);
  });

  test("are in no line of a file that what is said goes to: that they are not hidden is said", async () => {
    const script = `berth ${asking(`${ECR},${ROLE}`).join(" ")} 2>said >/dev/null; cat said`;
    const { stdout } = await place.run(["sh", "-e", "-c", script], identityJob(place, clouds));
    expect(stdout).not.toContain("::add-mask::");
    expect(stdout).toContain(
      "  warning    what berth says goes to a file, not to the log: the new credentials are not masked in the log\n",
    );
  });

  test("are not asked for in a dry run, which shows what would be", async () => {
    const before = clouds.log.length;
    const env = identityJob(place, clouds);
    const { exitCode, stderr } = await place.berth([...asking(...ALL), "--dry-run"], env);
    expect([exitCode, clouds.log.length - before, stderr.includes("::add-mask::")]).toEqual([
      ...[0, 0, false],
    ]);
    expect(stderr).toContain(
      "as AWS                                   by Amazon ECR, not asked yet",
    );
  });

  test("are asked for only when a client needs one, with --store helper", async () => {
    const before = clouds.log.length;
    const env = identityJob(place, clouds);
    const script = `eval "$(berth ${asking(...ALL).join(" ")} --store helper --quiet)"
      echo asked nobody
      for it in ${ECR} zot.example.com other.example.com; do echo $it | docker-credential-berth get || :; done`;
    const { stdout, stderr } = await place.run(["sh", "-e", "-c", script], env);
    const [first, aws = "", zot = "", none] = stdout.split("\n");
    const secretOf = (text: string) => {
      const { Secret, ...others } = JSON.parse(text);
      return { ...others, secret: clouds.issued.findLast((it) => it.secret === Secret)?.what };
    };
    expect([first, secretOf(aws), secretOf(zot), none, stderr]).toEqual([
      "asked nobody",
      { ServerURL: ECR, Username: "AWS", secret: "ecr password" },
      { ServerURL: "zot.example.com", Username: "ci", secret: "id token" },
      ...["credentials not found in native keychain", ""],
    ]);
    expect(
      clouds.log.slice(before).map(({ host, path }) => `${host}${path}`.replace(/:\d+/, "")),
    ).toEqual([
      ...["127.0.0.1/github/token", "sts.eu-west-1.amazonaws.com/"],
      ...["api.ecr.eu-west-1.amazonaws.com/", "127.0.0.1/github/token"],
    ]);
  });
});

describeWith(["docker-registry", "openssl", "skopeo"], "with a real client and registry", () => {
  test("a job pushes by who it is", async () => {
    const registry = await startRegistry();
    const proxy = await startRegistryProxy(registry);
    try {
      await place.berth(asking(`${ECR},${ROLE}`), identityJob(place, clouds));
      const token = clouds.issued.findLast(({ what }) => what === "ecr password")?.secret ?? "";
      registry.grant({ user: "AWS", token, project: "app" });
      const { folder, digest } = await writeImage(join(place.folder, "image"), "app");
      const [berth = ""] = await readdir(place.root);
      const env = {
        ...{ ...place.env, HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url },
        REGISTRY_AUTH_FILE: join(place.root, berth, "auth.json"),
      };
      const script = `skopeo copy --quiet --dest-tls-verify=false dir:${folder} docker://${ECR}/app:1
        skopeo inspect --tls-verify=false --format '{{.Digest}}' docker://${ECR}/app:1`;
      expect(await place.run(["sh", "-e", "-c", script], env)).toEqual({
        ...{ exitCode: 0, stdout: `${digest}\n`, stderr: "" },
      });
      expect(ownersOf(registry.log)).toEqual(["app"]);
    } finally {
      await proxy.stop();
      await registry.stop();
    }
  });
});
