import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clouds } from "../../support/clouds/clouds.ts";
import { githubJob, type JobEnv } from "../../support/job.ts";
import type { Outcome, Place } from "./sandbox.ts";

/** A job of GitHub's that may ask for id tokens, and reaches the clouds under their real names. */
export const identityJob = (place: Place, clouds: Clouds, change: JobEnv = {}): JobEnv => {
  const options = { id: 1, host: "", project: "acme/app", token: "test-token-github" };
  const job = githubJob(place, options);
  return { ...job, ...clouds.env, ...clouds.issuer.githubEnv, ...change };
};

/** The arguments that ask for these registries alone. */
export const asking = (...registries: readonly string[]): readonly string[] => [
  ...["ci-env", "--no-login-to-registry"],
  ...registries.flatMap((spec) => ["--registry", spec]),
];

/** A credential in the berth, with the name of the secret that a cloud has given out in place of it. */
export interface Had {
  readonly user: string;
  readonly secret: string;
}

const nameOf = (secret: string, { issued }: Clouds): string =>
  issued.findLast((it) => it.secret === secret)?.what ?? `unknown: ${secret.slice(0, 6)}…`;

/** What is in the berth of a run, by registry; it is the same in both of its files, or an error says so. */
export const hadIn = async (
  place: Place,
  clouds: Clouds,
  berth: string,
): Promise<Readonly<Record<string, Had>>> => {
  const read = async (file: string) =>
    JSON.parse(await readFile(join(place.temporary, berth, file), "utf8")).auths;
  const [auths, others] = await Promise.all([read("config.json"), read("auth.json")]);
  if (JSON.stringify(auths) !== JSON.stringify(others)) throw new Error("the files differ");
  return Object.fromEntries(
    Object.entries<{ readonly auth?: string }>(auths).map(([key, { auth = "" }]) => {
      const [, user = "", secret = ""] =
        /^(.*?):(.*)$/s.exec(Buffer.from(auth, "base64").toString("utf8")) ?? [];
      return [key, { user, secret: nameOf(secret, clouds) }];
    }),
  );
};

/** What is said to people, without masks and with what differs from run to run settled. */
export const said = ({ stderr }: Outcome): readonly string[] =>
  stderr
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("::add-mask::"))
    .map((line) =>
      line
        .replace(/until \d\d:\d\d UTC/, "until <time> UTC")
        .replace(/127\.0\.0\.1:\d+/g, "<issuer>"),
    );
