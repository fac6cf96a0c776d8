import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { listen } from "../support/clouds/http.ts";
import { leaksIn } from "../support/leaks.ts";
import { snapshot } from "../support/snapshot.ts";
import { readLog } from "../support/workflow-log.ts";
import { describe, test } from "./support/node-build.ts";
import { auth, makeSandbox, type Sandbox } from "./support/sandbox.ts";
import { checkOutAction, makeWorkflowJob, type StepOptions } from "./support/workflow.ts";

const TOKEN = "ghs_Canary+token/9f8e7d";

let sandbox: Sandbox;
let checkout: string;

beforeAll(async () => {
  sandbox = await makeSandbox("action-secrets");
  checkout = await checkOutAction(sandbox);
});

afterAll(() => sandbox?.remove());

const start = async () => {
  const options = { checkout, host: "registry.example.com", project: "octo/app", token: TOKEN };
  return makeWorkflowJob(await sandbox.place(), options);
};

const masksOf = async (options: StepOptions) => {
  const { ended } = await (await start()).uses(options);
  expect([ended.exitCode, ended.stderr]).toEqual([0, ""]);
  return readLog(ended.stdout).commands.filter(({ name }) => name === "add-mask");
};

const masks = (...secrets: readonly string[]) =>
  secrets.map((data) => ({ name: "add-mask", data }));

const both = (user: string, password: string) => masks(password, auth(user, password));

const logins = (auths: Readonly<Record<string, object>>): StepOptions => ({
  with: { token: "" },
  env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) },
});

const requested = (password: string): StepOptions => ({
  with: { token: "", registries: "r.example.com,username=me,password-env=PASSWORD" },
  env: { PASSWORD: password },
});

describe("TRAP 47: masks, of all secrets and as they stand in the files", () => {
  test.each<[string, StepOptions, unknown]>([
    ["the token", {}, both("octocat", TOKEN)],
    ["the token of the input", { with: { token: "other" } }, both("octocat", "other")],
    ["a token with a line break behind it", { with: { token: "abcd\n" } }, both("octocat", "abcd")],
    ["no token", { with: { token: "" } }, []],
    ["of --registry", requested("password"), both("me", "password")],
    [
      "several lines, a percent sign and blanks at the ends",
      requested(" 100%\n%0A::\r\n--end "),
      both("me", " 100%\n%0A::\r\n--end "),
    ],
    ["what is too short to hide", requested("abc"), masks(auth("me", "abc"))],
    ["what is blank", requested("    "), masks(auth("me", "    "))],
    [
      "DOCKER_AUTH_CONFIG",
      logins({ "r.example.com": { auth: auth("u", "word") } }),
      both("u", "word"),
    ],
    [
      "DOCKER_AUTH_CONFIG's other ways to say the same",
      logins({ "r.example.com": { username: "u", password: "word" } }),
      both("u", "word"),
    ],
    [
      "keys that are written in another way",
      logins({
        "https://A.example.com/v2/": { auth: auth("u", "word-a") },
        "index.docker.io": { auth: auth("u", "word-hub") },
        "b.example.com/group": { auth: auth("u", "word-b1") },
        "b.example.com/other": { auth: auth("u", "word-b2") },
      }),
      ["a", "hub", "b1", "b2"].flatMap((it) => both("u", `word-${it}`)),
    ],
    [
      "a registry token",
      logins({ "r.example.com": { registrytoken: "token-r" } }),
      masks("token-r"),
    ],
    [
      "one secret of several registries",
      logins({
        "a.example": { auth: auth("u", "word") },
        "b.example": { auth: auth("u", "word") },
      }),
      both("u", "word"),
    ],
    [
      "what is not used",
      {
        ...requested("password"),
        env: {
          PASSWORD: "password",
          DOCKER_AUTH_CONFIG: JSON.stringify({
            auths: { "r.example.com": { auth: auth("u", "no") } },
          }),
        },
      },
      both("me", "password"),
    ],
  ])("%s", async (_, options, expected) => {
    expect(await masksOf(options)).toEqual(expected);
  });

  // With an identity token the password is empty: base64 of "u:" is no secret.
  test("an identity token, and nothing for its empty password", async () => {
    const entry = { auth: auth("u", ""), identitytoken: "token-i" };
    expect(await masksOf(logins({ "r.example.com": entry }))).toEqual(masks("token-i"));
  });

  test("they are the first lines, before any that people see", async () => {
    const { ended } = await (await start()).uses(requested("password"));
    const names = ended.stdout
      .split("\n")
      .map((line) => /^::([a-z-]+)::/.exec(line)?.[1] ?? "line");
    expect(names).toEqual([...["add-mask", "add-mask", "line", "line", "line", "warning", "line"]]);
  });

  // By then the later steps have the berth, and so what is in it.
  test("are there, too, where a step fails that the later ones have variables from", async () => {
    const { ended, env } = await (await start()).uses({ env: { GITHUB_OUTPUT: "/dev/full" } });
    expect(Object.keys(env)).toContain("DOCKER_CONFIG");
    expect(readLog(ended.stdout).commands.slice(0, 2)).toEqual(both("octocat", TOKEN));
  });
});

const secret = (name: string): string => `Canary+${name}/9f8e7d6c`;

const JOBS = ["variable", "identity", "registry", "requested"];
const RUNNERS = ["base", "header", "proxy", "pods"];

const writeRunners = async (home: string): Promise<void> => {
  const [base, pods] = [join(home, ".docker"), join(home, ".config", "containers")];
  for (const folder of [base, pods]) await mkdir(folder, { recursive: true });
  const config = {
    auths: { "base.example.com": { auth: auth("u", secret("base")) } },
    HttpHeaders: { Authorization: secret("header") },
    proxies: { default: { httpProxy: `http://u:${secret("proxy")}@proxy` } },
  };
  const more = { auths: { "pods.example.com": { auth: auth("u", secret("pods")) } } };
  await writeFile(join(base, "config.json"), JSON.stringify(config));
  await writeFile(join(pods, "auth.json"), JSON.stringify(more));
};

test("no secret but the masks of the job's own is in the log or in any file outside of the berth", async () => {
  const job = await start();
  await writeRunners(job.place.home);
  const home = await snapshot(job.place.home);
  const auths = {
    "v.example.com": { auth: auth("u", secret("variable")) },
    "i.example.com": { auth: auth("u", ""), identitytoken: secret("identity") },
    "t.example.com": { registrytoken: secret("registry") },
  };
  const step = await job.uses({
    with: { registries: "r.example.com,username=me,password-env=PASSWORD" },
    env: { PASSWORD: secret("requested"), DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) },
  });
  const { commands, lines } = readLog(step.ended.stdout);
  const masked = commands.filter(({ name }) => name === "add-mask").map(({ data }) => data);
  const others = commands.filter(({ name }) => name !== "add-mask");
  const folder = join(job.temporary, "_runner_file_commands");
  const names = await readdir(folder);
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const all = [TOKEN, ...[...JOBS, ...RUNNERS].map(secret)];
  const leaks = (...texts: readonly unknown[]) => leaksIn(JSON.stringify(texts), all);
  expect(leaks(lines, others, step.ended.stderr, files)).toEqual([]);
  expect(leaks(masked)).toEqual([TOKEN, ...JOBS.map(secret)]);
  const [berth = ""] = await readdir(join(job.temporary, basename(job.place.root)));
  const made = await snapshot(join(job.temporary, basename(job.place.root), berth));
  const open = ["auth.json", "config.json"].map((name) =>
    Buffer.from(made?.[name] ?? "", "base64"),
  );
  expect(leaks(open.join(""))).toEqual(all);
  expect(await readdir(job.temporary)).toEqual(["_runner_file_commands", basename(job.place.root)]);
  expect([await snapshot(job.place.home), await snapshot(job.place.temporary)]).toEqual([home, {}]);
});

// Kills the step as soon as its log has a mask, or after a minute.
const CANCELLED = `"$@" > "$RUNNER_TEMP/log" &
  for try in $(seq 600); do grep -q ::add-mask:: "$RUNNER_TEMP/log" && break; sleep 0.1; done
  kill -9 $!
  cat "$RUNNER_TEMP/log"`;

test("the log knows all masks of a job that is cancelled while a registry is waited for", async () => {
  const silent = createServer();
  const listening = await listen(silent);
  const registries = `127.0.0.1:${listening.port},username=me,password-env=PASSWORD`;
  const { ended, summary } = await (await start()).uses({
    with: { registries },
    env: { PASSWORD: "password", BERTH_VERIFY: "true" },
    by: ["sh", "-c", CANCELLED, "sh"],
  });
  await listening.stop();
  expect(readLog(ended.stdout).commands).toEqual(
    masks(TOKEN, auth("octocat", TOKEN), "password", auth("me", "password")),
  );
  expect(summary).toBe("");
});
