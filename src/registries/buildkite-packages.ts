import { promisify } from "node:util";
import { systemErrorCode } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { Env } from "../variables.ts";

const REGISTRY = /^(?:https:\/\/)?packages\.buildkite\.com\/([\w.-]+\/[\w.-]+)\/?$/i;

/** The user that Buildkite's registries know a token by. */
export const BUILDKITE_USER = "buildkite";

const AGENT = "buildkite-agent";

/** In milliseconds. */
const TIMEOUT = 10_000;

/** For whom a token is that is for this registry of Buildkite Packages; nothing for any other. */
export const audienceOf = (registry: string): string | undefined => {
  const path = REGISTRY.exec(registry)?.[1];
  return path && `https://packages.buildkite.com/${path}`;
};

/**
 * Asks the agent for a token of the job's, good for the 5 minutes that Buildkite allows at most. Out: the token, or why there is none.
 * https://buildkite.com/docs/package-registries/ecosystems/oci, https://buildkite.com/docs/agent/v3/cli-oidc
 */
export const requestToken = async (audience: string, env: Env): Promise<Secret | string> => {
  const args = ["oidc", "request-token", "--audience", audience, "--lifetime", "300"];
  try {
    const { execFile } = await import("node:child_process");
    const asked = promisify(execFile)(AGENT, args, { env, timeout: TIMEOUT });
    asked.child.stdin?.on("error", () => undefined).end();
    const token = (await asked).stdout.trim();
    return token === "" ? `${AGENT} gave no token` : new Secret(token);
  } catch (error) {
    return systemErrorCode(error) === "ENOENT"
      ? `${AGENT} is not on PATH`
      : `${AGENT} oidc request-token has failed`;
  }
};
