import { recorded as appveyor } from "../../../ci/recorded/appveyor.ts";
import { recorded as azure } from "../../../ci/recorded/azure.ts";
import { recorded as buildkite } from "../../../ci/recorded/buildkite.ts";
import { recorded as circleci } from "../../../ci/recorded/circleci.ts";
import { recorded as cloudbuild } from "../../../ci/recorded/cloudbuild.ts";
import { recorded as codebuild } from "../../../ci/recorded/codebuild.ts";
import { recorded as drone } from "../../../ci/recorded/drone.ts";
import { recorded as generic } from "../../../ci/recorded/generic.ts";
import { recorded as jenkins } from "../../../ci/recorded/jenkins.ts";
import { recorded as semaphore } from "../../../ci/recorded/semaphore.ts";
import { recorded as teamcity } from "../../../ci/recorded/teamcity.ts";
import { recorded as tekton } from "../../../ci/recorded/tekton.ts";
import { recorded as travis } from "../../../ci/recorded/travis.ts";
import { recorded as woodpecker } from "../../../ci/recorded/woodpecker.ts";
import type { JobEnv } from "../../../support/job.ts";
import * as extracted from "./extracted.ts";
import {
  azureLines,
  fiveShells,
  jenkinsShells,
  oneShell,
  oneTerminal,
  said,
  shownShell,
} from "./outcomes.ts";
import { OWN, type Row, TMP } from "./row.ts";
import { rowsOfForges } from "./rows-of-forges.ts";
import * as scripts from "./scripts.ts";
import * as sessions from "./sessions.ts";
import * as steps from "./steps.ts";

const robot = (user: string, password: string) => ({
  user: "robot",
  secrets: (token: string): JobEnv => ({ [user]: "robot", [password]: token }),
  image: "registry.example.com/app",
});
const inVariables = robot("REGISTRY_USER", "REGISTRY_PASSWORD");
const inSecrets = robot("registry_user", "registry_password");
const inKeys = robot("registry.username", "registry.password");

const spec = (registry: string): string =>
  `${registry},username-env=REGISTRY_USER,password-env=REGISTRY_PASSWORD`;

const lines = (system: string, registry: string, commit: string): readonly string[] => [
  "npm install --global berth-ci",
  `eval "$(berth ci-env ${system} --registry "${spec(registry)}")"`,
  `docker build --tag "${registry}/app:${commit}" .`,
  `docker push "${registry}/app:${commit}"`,
];

const others: readonly Row[] = [
  {
    ...{ ...inVariables, system: "azure", vendor: steps.azure, env: azure.push },
    ...{ tag: azure.push.BUILD_SOURCEVERSION, berth: `${OWN}/azure-33-Job-<hash>` },
    ends: (words) => fiveShells(words, { ...said(), stderr: azureLines(words) }),
  },
  {
    ...{ ...inVariables, system: "circleci", vendor: steps.circleci, env: circleci.push },
    ...{ tag: circleci.push.CIRCLE_SHA1, berth: `${TMP}/circleci-9-<hash>`, ends: fiveShells },
  },
  {
    ...{ ...inVariables, system: "buildkite", vendor: scripts.buildkite, env: buildkite.push },
    ...{ tag: buildkite.push.BUILDKITE_COMMIT, berth: `${TMP}/buildkite-1514-<hash>` },
    ends: oneShell,
  },
  {
    ...{ ...inSecrets, system: "woodpecker", vendor: scripts.woodpecker, env: woodpecker.push },
    ...{ tag: woodpecker.push.CI_COMMIT_SHA, berth: `${TMP}/woodpecker-8-1-<hash>`, isLeft: true },
    ends: (words) =>
      shownShell(
        words,
        lines("woodpecker", "$REGISTRY", "$CI_COMMIT_SHA").map((line) => `+ ${line}`),
      ),
  },
  {
    ...{ ...inSecrets, system: "drone", vendor: scripts.drone, env: drone.push },
    ...{ tag: drone.push.DRONE_COMMIT_SHA, berth: `${TMP}/drone-42-1-<hash>`, isLeft: true },
    ends: (words) =>
      shownShell(
        words,
        lines("drone", "$REGISTRY", "$DRONE_COMMIT_SHA").map((line) => `+ ${line}`),
      ),
  },
  {
    ...{ ...inVariables, system: "semaphore", vendor: sessions.semaphore, env: semaphore.push },
    ...{ tag: semaphore.push.SEMAPHORE_GIT_SHA, programs: ["script"], ends: oneTerminal },
    berth: `${TMP}/semaphore-${semaphore.push.SEMAPHORE_JOB_ID}-<hash>`,
  },
  {
    ...{ ...inVariables, system: "travis", vendor: sessions.travis, env: travis.push },
    ...{ tag: travis.push.TRAVIS_COMMIT, berth: `${TMP}/travis-519.1-<hash>`, ends: oneShell },
  },
  {
    ...{ ...inVariables, system: "appveyor", vendor: sessions.appveyor },
    // The recorded build is one on Windows.
    env: { ...appveyor.push, APPVEYOR: "true", CI: "true", CI_LINUX: "true", CI_WINDOWS: "false" },
    ...{ tag: appveyor.push.APPVEYOR_REPO_COMMIT, ends: oneShell },
    berth: `${TMP}/appveyor-${appveyor.push.APPVEYOR_JOB_ID}-<hash>`,
  },
  {
    ...{ ...inVariables, system: "teamcity", env: teamcity.push },
    vendor: extracted.teamcity({ "build.vcs.number": teamcity.push.BUILD_VCS_NUMBER }),
    ...{ tag: teamcity.push.BUILD_VCS_NUMBER, berth: `${TMP}/teamcity-104-<hash>` },
    ends: (words) => oneShell(words, said()),
  },
  {
    ...{ ...inKeys, system: "jenkins", vendor: extracted.jenkins, env: jenkins.push },
    programs: ["dash"],
    ...{ tag: jenkins.push.GIT_COMMIT, berth: `${TMP}/jenkins-team-app-main-153-<hash>` },
    ends: (words) => jenkinsShells(words, spec("registry.example.com")),
  },
  {
    ...{ ...robot("registry:username", "registry:password"), system: "codebuild" },
    ...{ vendor: sessions.codebuild, env: codebuild.push, ends: fiveShells },
    tag: codebuild.push.CODEBUILD_RESOLVED_SOURCE_VERSION,
    berth: `${TMP}/codebuild-project-api-449b6959-c0f7-41ac-aac8-7fec365d3004-<hash>`,
  },
  {
    ...{ system: "cloudbuild", vendor: scripts.cloudbuild, env: cloudbuild.push },
    // Cloud Build itself puts the login into HOME.
    ...{ user: "oauth2accesstoken", secrets: () => ({}) },
    ...{ image: "us-docker.pkg.dev/my-project/app/app", tag: cloudbuild.push.COMMIT_SHA },
    ...{ berth: `${TMP}/cloudbuild-${cloudbuild.push.BUILD_ID}-<hash>`, isLeft: true },
    ends: oneShell,
  },
  {
    ...{ ...inKeys, system: "tekton", env: { KUBERNETES_SERVICE_HOST: "10.96.0.1" } },
    vendor: scripts.tekton({
      "context.taskRun.uid": tekton.push.BERTH_JOB_ID,
      "params.revision": tekton.push.REVISION,
    }),
    ...{ tag: tekton.push.REVISION, berth: `${TMP}/tekton-${tekton.push.BERTH_JOB_ID}-<hash>` },
    ends: oneShell,
  },
  {
    ...{ ...inVariables, system: "generic", vendor: scripts.generic, env: generic.push },
    ...{ tag: "8".repeat(40), berth: `${TMP}/generic-91011-<hash>`, programs: ["git"] },
    ends: oneShell,
  },
];

/** Every pipeline to copy, as a job of its system. */
export const rows: readonly Row[] = [...rowsOfForges, ...others];
