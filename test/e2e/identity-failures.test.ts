import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { ecrError } from "../support/clouds/aws-ecr.ts";
import { stsError } from "../support/clouds/aws-query.ts";
import { type Clouds, startClouds } from "../support/clouds/clouds.ts";
import type { Fault } from "../support/clouds/faults.ts";
import * as world from "../support/clouds/world.ts";
import type { JobEnv } from "../support/job.ts";
import { leaksIn } from "../support/leaks.ts";
import { asking, identityJob, said } from "./support/identity-job.ts";
import { makeSandbox, type Place, type Sandbox } from "./support/sandbox.ts";

let sandbox: Sandbox;
let clouds: Clouds;
let place: Place;

beforeAll(async () => {
  sandbox = await makeSandbox("identity-failures");
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
const GAR = "europe-docker.pkg.dev";
const IN_ACR = `tenant=${world.TENANT},client=${world.CLIENT}`;
const STS = "AWS STS AssumeRoleWithWebIdentity (sts.eu-west-1.amazonaws.com)";
const GET = "Amazon ECR GetAuthorizationToken (api.ecr.eu-west-1.amazonaws.com)";
const NETWORK = "is a proxy needed (HTTPS_PROXY), or a certificate authority (SSL_CERT_FILE)?";

/** The warning of a run that asks for this registry alone, and its hint; without what the id token says. */
const warningOf = async (spec: string, env: JobEnv = identityJob(place, clouds)) => {
  const outcome = await place.berth(asking(spec), env);
  const secrets = clouds.issued.map(({ secret }) => secret);
  expect(
    leaksIn(outcome.stdout + outcome.stderr.replace(/^::add-mask::.*$/gm, ""), secrets),
  ).toEqual([]);
  const lines = said(outcome);
  const index = lines.findIndex((line) => line.startsWith("  warning "));
  const [text = "", hint = ""] = index < 0 ? [] : lines.slice(index);
  return {
    exitCode: outcome.exitCode,
    text: text.replace(/^ {2}warning {4}no login to [^ ]+: /, ""),
    hint: hint.trim().replace(/^check .*?; (?=the job's)/, "check …; "),
  };
};

const CLAIMS = (audience: string, subject = world.SUBJECT) =>
  `check …; the job's id token has iss http://<issuer>, aud ${audience}, sub ${subject}`;

describe("a refusal names the step, the status, what the provider says, and what to check", () => {
  test.each([
    [
      "a role that does not trust the job",
      `${ECR},role=${world.ROLE.replace("push", "nobody")}`,
      `${STS}: HTTP 403, AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity`,
      CLAIMS("sts.amazonaws.com"),
    ],
    [
      "a wrong audience",
      `${ECR},role=${world.ROLE},audience=wrong`,
      `${STS}: HTTP 400, InvalidIdentityToken: Incorrect token audience`,
      CLAIMS("wrong"),
    ],
    [
      "a role that may not get the token",
      `${ECR},role=${world.IDLE_ROLE}`,
      expect.stringContaining(
        `${GET}: HTTP 400, AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/idle/berth-<uid>-1-test is not authorized to perform: ecr:GetAuthorizationToken`,
      ),
      CLAIMS("sts.amazonaws.com"),
    ],
    [
      "a provider that does not trust the issuer",
      `${GAR},provider=${world.ORPHAN_PROVIDER}`,
      expect.stringMatching(/^Google STS \(sts\.googleapis\.com\): HTTP 400, invalid_grant: /),
      CLAIMS(`https://iam.googleapis.com/${world.ORPHAN_PROVIDER}`),
    ],
    [
      "a service account that the job may not act as",
      `${GAR},provider=${world.PROVIDER},service-account=${world.CLOSED_ACCOUNT}`,
      `Google IAM Credentials, for ${world.CLOSED_ACCOUNT} (iamcredentials.googleapis.com): HTTP 403, PERMISSION_DENIED: Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).`,
      CLAIMS(`https://iam.googleapis.com/${world.PROVIDER}`),
    ],
    [
      "an application without a federated credential for the job",
      `${world.ACR},tenant=${world.TENANT},client=${world.ORPHAN_CLIENT}`,
      expect.stringMatching(
        /^Microsoft Entra \(login\.microsoftonline\.com\): HTTP 401, invalid_client: AADSTS700211: /,
      ),
      CLAIMS("api://AzureADTokenExchange"),
    ],
    [
      "a registry on which the application has no role",
      `${world.CLOSED_ACR},${IN_ACR}`,
      expect.stringMatching(
        /^Azure Container Registry \(closed\.azurecr\.io\): HTTP 403, DENIED: /,
      ),
      CLAIMS("api://AzureADTokenExchange"),
    ],
    [
      "an integration that is not there",
      `${world.JFROG},provider=none`,
      expect.stringMatching(/^JFrog Access \(acme\.jfrog\.io\): HTTP 40\d, /),
      CLAIMS("https://github.com/acme"),
    ],
  ])("%s", async (_, spec, text, hint) => {
    expect(await warningOf(spec)).toEqual({ exitCode: 0, text, hint });
  });

  test("a pull request that is not of the branch that is trusted", async () => {
    const subject = "repo:acme/app:pull_request";
    const { issuer } = clouds;
    const token = await issuer.issue({ audience: "api://AzureADTokenExchange", subject });
    const env = { ...place.job({ AZURE_TOKEN: token }), ...clouds.env };
    expect(await warningOf(`${world.ACR},${IN_ACR},oidc-token-env=AZURE_TOKEN`, env)).toEqual({
      exitCode: 0,
      text: expect.stringMatching(/^Microsoft Entra .*AADSTS700213: /),
      hint: CLAIMS("api://AzureADTokenExchange", subject),
    });
  });
});

describe("a job that has no id token is told how it gets one", () => {
  const without = (...names: readonly string[]) =>
    Object.fromEntries(
      Object.entries(identityJob(place, clouds)).filter(([name]) => !names.includes(name)),
    );

  test.each([
    [
      "GitHub's, without the permission",
      () => without("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
      "the job has no id token of GitHub Actions",
      "add to the job:  permissions: { id-token: write }",
    ],
    [
      "GitLab's, whose pipeline has to name it",
      () => place.job(),
      "the job has no id token of GitLab CI",
      "add to the job:  id_tokens: { MY_TOKEN: { aud: … } }, and name it: oidc-token-env=MY_TOKEN",
    ],
  ])("%s", async (_, env, text, hint) => {
    expect(await warningOf(`${ECR},role=${world.ROLE}`, env())).toEqual({
      exitCode: 0,
      text,
      hint,
    });
  });

  test("and that the CI refuses to give it", async () => {
    const env = identityJob(place, clouds, { ACTIONS_ID_TOKEN_REQUEST_TOKEN: "test-token-wrong" });
    const { text } = await warningOf(`${ECR},role=${world.ROLE}`, env);
    expect(text).toBe("the id token of GitHub Actions (127.0.0.1): HTTP 403, Forbidden");
  });

  test("and of one that has ended", async () => {
    const { issuer } = clouds;
    const options = { audience: "sts.amazonaws.com", subject: world.SUBJECT, expiresIn: -600 };
    const env = { ...place.job({ T: await issuer.issue(options) }), ...clouds.env };
    expect(await warningOf(`${ECR},role=${world.ROLE},oidc-token-env=T`, env)).toEqual({
      exitCode: 0,
      text: expect.stringMatching(/^the id token in T has ended at \d{4}-/),
      hint: "it was made when the job began: log in sooner, or give the job more time",
    });
  });

  test("and without credentials of AWS", async () => {
    expect(await warningOf(ECR)).toEqual({
      ...{
        exitCode: 0,
        text: "the job has no credentials of AWS in its environment (profiles and an instance's role are not looked for)",
      },
      hint: "name a role that trusts the job: role=arn:aws:iam::ACCOUNT:role/NAME",
    });
  });
});

describe("a server that misbehaves", () => {
  const AT_STS = /^sts\.eu-west-1\.amazonaws\.com\//;
  const LATER: readonly (readonly [string, Fault])[] = [
    ["fails for the moment", "500"],
    ["is not available", "503"],
    ["has had enough requests", "429"],
    ["breaks off", "close"],
    ["breaks off in the middle of its answer", "cut"],
    ["cannot ask the issuer", stsError(400, "IDPCommunicationError", "An error occurred")],
    ["throttles as AWS does", stsError(400, "Throttling", "Rate exceeded")],
  ];
  test.each(LATER)("and %s is asked again", async (_, fault) => {
    clouds.misbehave(fault, { times: 2, at: AT_STS });
    expect(await warningOf(`${ECR},role=${world.ROLE}`)).toEqual({
      exitCode: 0,
      text: "",
      hint: "",
    });
  });

  test("and throttles at ECR is asked again", async () => {
    clouds.misbehave(ecrError("ThrottlingException", "Rate exceeded"), { at: /^api\.ecr\./ });
    expect((await warningOf(`${ECR},role=${world.ROLE}`)).text).toBe("");
  });

  test("and gives no answer is asked again after ten seconds", async () => {
    clouds.misbehave("hang", { at: AT_STS });
    expect((await warningOf(`${ECR},role=${world.ROLE}`)).text).toBe("");
  });

  const OTHER = "is a proxy, or a server of another kind, in between?";
  const NOT: readonly (readonly [name: string, fault: Fault, problem: string, hint: string])[] = [
    ["fails again and again", "500", "HTTP 500", CLAIMS("sts.amazonaws.com")],
    ["sends a page to sign in", "html", "there is no AccessKeyId in its answer", OTHER],
    ["sends rubbish", "garbage", "there is no AccessKeyId in its answer", OTHER],
    ["sends ten megabytes", "huge", "its answer is larger than 1 MiB", NETWORK],
    ["leads elsewhere", "redirect", "HTTP 307", CLAIMS("sts.amazonaws.com")],
  ];
  test.each(NOT)("and %s is told of", async (_, fault, problem, hint) => {
    const before = clouds.log.length;
    clouds.misbehave(fault, { times: fault === "500" ? 4 : 1, at: AT_STS });
    const { text, hint: told } = await warningOf(`${ECR},role=${world.ROLE}`);
    expect([text.replace(/^.*: /, ""), told]).toEqual([problem, hint]);
    expect(clouds.log.slice(before).map(({ host }) => host)).not.toContain("elsewhere.example");
  });
});
