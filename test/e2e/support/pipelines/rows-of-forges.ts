import { recorded as bitbucket } from "../../../ci/recorded/bitbucket.ts";
import { recorded as forgejo } from "../../../ci/recorded/forgejo.ts";
import { recorded as gitea } from "../../../ci/recorded/gitea.ts";
import { recorded as github } from "../../../ci/recorded/github.ts";
import { gitlabJob } from "../../../fixtures/environments.ts";
import {
  type Endings,
  fiveShells,
  oneShell,
  said,
  shownShell,
  statements,
  type Words,
} from "./outcomes.ts";
import { OWN, type Row, TMP } from "./row.ts";
import * as scripts from "./scripts.ts";
import * as steps from "./steps.ts";

const workflow = (words: Words): Endings => fiveShells(words, said(statements(words)), "exit 2;\n");

const actions: readonly Row[] = [
  {
    ...{ system: "github", vendor: steps.github, env: github.push, ends: workflow },
    ...{ user: "octocat", secrets: (token) => ({ "github.token": token }) },
    ...{ image: "ghcr.io/octocat/hello-world", tag: github.push.GITHUB_SHA },
    berth: `${OWN}/github-33278970756-1-build-<hash>`,
  },
  {
    ...{ system: "gitea", vendor: steps.actLike, env: gitea.push, ends: workflow },
    ...{ user: "alice", secrets: (token) => ({ "secrets.PACKAGE_TOKEN": token }) },
    ...{ image: "gitea.example.com/acme/my.repo", tag: gitea.push.GITHUB_SHA },
    berth: `${TMP}/gitea-17-1-build-<hash>`,
  },
  {
    ...{ system: "forgejo", vendor: steps.actLike, env: forgejo.push, ends: workflow },
    ...{ user: "alice", secrets: (token) => ({ "secrets.PACKAGE_TOKEN": token }) },
    ...{ image: "code.example.org/acme/my.repo", tag: gitea.push.GITHUB_SHA },
    berth: `${TMP}/forgejo-9384-1-build-<hash>`,
  },
];

const gitlab = (shell: string): Row => ({
  ...{ system: "gitlab", shell, programs: [shell.split(" ")[0] ?? ""] },
  ...{
    vendor: scripts.gitlab(shell.split(" ")),
    env: { ...gitlabJob, CI_COMMIT_SHA: "8".repeat(40) },
  },
  user: "gitlab-ci-token",
  secrets: (token) => ({ CI_REGISTRY_PASSWORD: token, CI_JOB_TOKEN: token }),
  ...{
    image: gitlabJob.CI_REGISTRY_IMAGE,
    tag: "8".repeat(40),
    berth: `${TMP}/gitlab-7001-<hash>`,
  },
  ends: (words) =>
    shownShell(
      words,
      [
        "$ npm install --global berth-ci",
        '$ eval "$(berth ci-env gitlab)"',
        '$ docker build --tag "$BERTH_IMAGE:$CI_COMMIT_SHA" .',
        '$ docker push "$BERTH_IMAGE:$CI_COMMIT_SHA"',
      ],
      said("$ berth cleanup gitlab\n"),
    ),
});

const pipelines: readonly Row[] = [
  {
    ...{ system: "bitbucket", vendor: scripts.bitbucket, env: bitbucket.push },
    user: "test-packages-user",
    secrets: (token) => ({ BITBUCKET_PACKAGES_TOKEN: token }),
    ...{ image: "crg.apkg.io/avivco94/app", tag: bitbucket.push.BITBUCKET_COMMIT },
    ...{ berth: `${TMP}/bitbucket-52-<hash>`, ends: (words) => oneShell(words, said()) },
  },
];

/** The pipelines of systems that have a registry of their own for the job. */
export const rowsOfForges: readonly Row[] = [
  ...actions,
  ...["bash", "dash", "busybox sh"].map(gitlab),
  ...pipelines,
];
