import { describe, expect, test } from "@jest/globals";
import { github } from "../../src/ci/github.ts";
import { gitlab } from "../../src/ci/gitlab.ts";
import type { CiSystem, Denied } from "../../src/ci/system.ts";
import { present } from "../../src/variables.ts";
import type { Variables } from "../fixtures/environments.ts";

const GITHUB = { GITHUB_REPOSITORY: "acme/app" };
const GITLAB = {
  CI_REGISTRY: "registry.example.com:5050",
  CI_REGISTRY_IMAGE: "registry.example.com:5050/group/app",
};
const LINKED =
  "and the package has to be linked with acme/app (Package settings › Manage Actions access)";

const ofPullRequest = (head: string) => ({
  pull_request: {
    head: { repo: { full_name: head } },
    base: { repo: { full_name: "acme/app" } },
  },
});

const denied = (action: Denied["action"], image: string): Denied => {
  const [host = "", ...path] = image.split("/");
  return { action, host, repository: path.join("/") };
};

describe("what to do where a registry says no", () => {
  test.each<[string, CiSystem, Variables, Denied, unknown, string | undefined]>([
    [
      "to a push to GitHub's",
      ...([github, GITHUB, denied("push", "ghcr.io/acme/app"), undefined] as const),
      `add to the job:  permissions: { packages: write }; ${LINKED}`,
    ],
    [
      "to a pull from GitHub's",
      ...([
        github,
        GITHUB,
        denied("pull", "ghcr.io/acme/base"),
        ofPullRequest("acme/app"),
      ] as const),
      `add to the job:  permissions: { packages: read }; ${LINKED}`,
    ],
    [
      "to a push of a fork's pull request",
      ...([github, GITHUB, denied("push", "ghcr.io/acme/app"), ofPullRequest("me/app")] as const),
      "this is a fork's pull request, whose token may only read",
    ],
    [
      "to a push to another registry",
      ...([github, GITHUB, denied("push", "r.example/app"), ofPullRequest("acme/app")] as const),
      undefined,
    ],
    [
      "where GitHub's file on the event is of another form",
      ...([github, GITHUB, denied("push", "r.example/app"), [{ pull_request: "x" }]] as const),
      undefined,
    ],
    [
      "to a push to the project's own",
      ...([
        gitlab,
        GITLAB,
        denied("push", "registry.example.com:5050/group/app/sub"),
        undefined,
      ] as const),
      "may the user who started the pipeline push? (Manage › Members: Developer or above)",
    ],
    [
      "to a pull from the project's own",
      ...([
        gitlab,
        GITLAB,
        denied("pull", "registry.example.com:5050/group/app"),
        undefined,
      ] as const),
      "may the user who started the pipeline pull? (Manage › Members: Reporter or above)",
    ],
    [
      "to a push to another project's",
      ...([
        gitlab,
        GITLAB,
        denied("push", "registry.example.com:5050/group/app-2"),
        undefined,
      ] as const),
      "a job token pushes to its own project alone: registry.example.com:5050/group/app",
    ],
    [
      "to a pull from another project's",
      ...([gitlab, GITLAB, denied("pull", "registry.example.com:5050/other"), undefined] as const),
      "the other project has to allow this one (Settings › CI/CD › Job token permissions), and the user who started the pipeline has to be its member",
    ],
    [
      "of another than GitLab's",
      gitlab,
      GITLAB,
      denied("pull", "r.example/a"),
      undefined,
      undefined,
    ],
    [
      "where GitLab's is not known",
      gitlab,
      {},
      denied("pull", "r.example/a"),
      undefined,
      undefined,
    ],
  ])("%s", (_, system, env, what, event, advice) => {
    expect(system.advise?.(what, present(env), event)).toBe(advice);
  });
});
