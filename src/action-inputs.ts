import type { Env } from "./variables.ts";

// On these servers the job's own token cannot push, so another one is meant for that. And a step may have a GITHUB_TOKEN for another use.
const isAnothers = (env: Env): boolean => {
  const token = env["INPUT_TOKEN"];
  const isElsewhere = [env["FORGEJO_ACTIONS"], env["GITEA_ACTIONS"]].includes("true");
  const own = isElsewhere ? [env["FORGEJO_TOKEN"], env["GITEA_TOKEN"]] : [env["GITHUB_TOKEN"]];
  return token !== undefined && !own.includes(token);
};

/** The words of `berth ci-env` that stand for what the workflow gives the action: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs */
export const commandLineOf = (env: Env): readonly string[] => {
  const input = (name: string): string | undefined => env[`INPUT_${name.toUpperCase()}`]?.trim();
  const options = ["clients", "if-missing"].flatMap((name) => {
    const value = input(name);
    return value ? [`--${name}=${value}`] : [];
  });
  const registries = (input("registries") ?? "").split("\n").filter((line) => line.trim() !== "");
  const tokenEnv = isAnothers(env) ? ["--token-env=INPUT_TOKEN"] : [];
  return [
    "ci-env",
    ...options,
    ...tokenEnv,
    ...registries.map((spec) => `--registry=${spec.trim()}`),
  ];
};
