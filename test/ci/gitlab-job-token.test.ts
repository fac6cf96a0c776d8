import { describe, expect, test } from "@jest/globals";
import { gitlab } from "../../src/ci/gitlab.ts";
import { gitlabJob, type Variables, variablesOf } from "../fixtures/environments.ts";
import { DEPLOY, IMAGE, JOB, noUser, REGISTRY } from "../fixtures/gitlab-access.ts";

const TOKEN = "test-token-job";

/** Each way in which a job has its token as the password of a registry, by what names it. */
const WAYS = [
  ["the job's user", "CI_REGISTRY_PASSWORD", {}, JOB],
  ["CI_JOB_TOKEN alone", "CI_JOB_TOKEN", noUser, JOB],
  [
    "the token under another user",
    "CI_REGISTRY_PASSWORD",
    { CI_REGISTRY_USER: "me", CI_REGISTRY_PASSWORD: TOKEN },
    JOB,
  ],
  [
    "the token with a line break, which is no part of it",
    "CI_REGISTRY_PASSWORD",
    { CI_REGISTRY_USER: "me", CI_REGISTRY_PASSWORD: `${TOKEN}\n` },
    JOB,
  ],
  [
    "half a pair beside it",
    "CI_JOB_TOKEN",
    { CI_REGISTRY_USER: "me", CI_REGISTRY_PASSWORD: undefined },
    JOB,
  ],
  [
    "the token as a deploy token",
    "CI_DEPLOY_PASSWORD",
    { CI_DEPLOY_USER: "me", CI_DEPLOY_PASSWORD: TOKEN },
    DEPLOY,
  ],
  [
    "the job's user as a deploy token's",
    "CI_DEPLOY_PASSWORD",
    { CI_DEPLOY_USER: "gitlab-ci-token", CI_DEPLOY_PASSWORD: "test-token-deploy" },
    DEPLOY,
  ],
] as const;

const noImage = { CI_REGISTRY_IMAGE: undefined };
const hubImage = { CI_REGISTRY_IMAGE: "docker.io/me/app" };

/** Each place that is not GitLab's own registry. */
const ELSEWHERE: readonly (readonly [string, Variables])[] = [
  ...[
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "https://index.docker.io/v1/",
    "Docker.IO",
  ].flatMap((hub): [string, Variables][] => [
    [`${hub}`, { CI_REGISTRY: hub }],
    [`${hub}, without an image`, { CI_REGISTRY: hub, ...noImage }],
    [`${hub}, image and all`, { CI_REGISTRY: hub, ...hubImage }],
    [`${hub}, without a server`, { CI_REGISTRY: hub, ...noImage, CI_SERVER_URL: undefined }],
  ]),
  ...[
    "evil.example",
    "evil.example:5050",
    "registry.example.com.evil.example",
    "evilregistry.example.com",
    "registry.example.com",
    "registry.example.com:443",
    "gitlab.example.com",
    "example.com",
  ].map((host): [string, Variables] => [`${host}, not the image's`, { CI_REGISTRY: host }]),
  ...[
    "evil.example",
    "evil.example:5050",
    "example.org",
    "registry.example.org",
    "myexample.com",
    "registry.my-example.com",
    "example.com.evil.example",
    "gitlab.example.com.evil.example",
    "evilgitlab.example.com.evil",
    "127.0.0.1:5000",
  ].map((host): [string, Variables] => [
    `${host}, without an image, not the server's`,
    { CI_REGISTRY: host, ...noImage },
  ]),
  [
    "a host of the same ending alone",
    { CI_REGISTRY: "evil.com", ...noImage, CI_SERVER_URL: "https://gitlab.com" },
  ],
  ...["evilgitlab.com", "lab.com"].map((host): [string, Variables] => [
    `${host}, whose name only ends as the server's, or is its end`,
    { CI_REGISTRY: host, ...noImage, CI_SERVER_URL: "https://gitlab.com" },
  ]),
  [
    "an address whose end is the server's",
    { CI_REGISTRY: "66.0.0.1:5000", ...noImage, CI_SERVER_URL: "https://10.0.0.1" },
  ],
  [
    "Docker Hub with its port, image and all",
    {
      CI_REGISTRY: "registry-1.docker.io:443",
      CI_REGISTRY_IMAGE: "registry-1.docker.io:443/me/app",
    },
  ],
];

describe.each(WAYS)("the job token (%s)", (_, secretFrom, way, options) => {
  test.each(ELSEWHERE)("never goes to %s", (__, changes) => {
    const { logins, notices } = gitlab.access(
      variablesOf(gitlab, { ...gitlabJob, ...way, ...changes }),
      options,
    );
    const refusals = notices.filter(({ level }) => level === "missing").map(({ text }) => text);
    expect([logins, refusals]).toEqual([
      [],
      [
        `no login: CI_REGISTRY is not GitLab's own registry here, and ${secretFrom} is the job token, which is for that alone`,
      ],
    ]);
  });

  test("goes to the registry that the image is in, whatever the server", () => {
    for (const CI_SERVER_URL of [gitlabJob.CI_SERVER_URL, "https://elsewhere.example", undefined]) {
      const env = { ...gitlabJob, ...way, CI_SERVER_URL };
      const { logins } = gitlab.access(variablesOf(gitlab, env), options);
      expect(logins.map(({ registry, ...login }) => [registry, login.secretFrom])).toEqual([
        [REGISTRY, secretFrom],
      ]);
    }
  });

  test.each([
    ["the server's own host", "gitlab.example.com", "https://gitlab.example.com"],
    ["at another port", "gitlab.example.com:5050", "https://gitlab.example.com:8443/gitlab"],
    ["a sibling", "registry.example.com", "https://gitlab.example.com"],
    ["a sibling at another port", "registry.example.com:5050", "https://gitlab.example.com"],
    ["below it", "registry.gitlab.com", "https://gitlab.com"],
    ["above it", "example.com", "https://gitlab.example.com"],
    ["in upper case", "Registry.Example.COM", "https://GitLab.example.com"],
    ["an address", "10.0.0.1:5050", "https://10.0.0.1"],
    ["an address of IPv6", "[::1]:5050", "https://[::1]"],
    ["this machine", "localhost:5050", "http://localhost:8080"],
    ["where the server is not known", "registry.example.com", undefined],
    ["where the server is no URL", "registry.example.com", "gitlab"],
  ])("without an image goes to a registry near GitLab: %s", (__, registry, CI_SERVER_URL) => {
    const env = { ...gitlabJob, ...way, ...noImage, CI_REGISTRY: registry, CI_SERVER_URL };
    const { logins } = gitlab.access(variablesOf(gitlab, env), options);
    expect(logins.map((login) => [login.registry, login.secretFrom])).toEqual([
      [registry, secretFrom],
    ]);
  });
});

test("the whole of a refusal: the registry and image stay, and what to do is said", () => {
  const env = { ...gitlabJob, CI_REGISTRY: "evil.example" };
  expect(gitlab.access(variablesOf(gitlab, env), JOB)).toEqual({
    registry: "evil.example",
    image: IMAGE,
    logins: [],
    notices: [
      {
        level: "missing",
        text: "no login: CI_REGISTRY is not GitLab's own registry here, and CI_REGISTRY_PASSWORD is the job token, which is for that alone",
        hint: "set CI_REGISTRY_USER and CI_REGISTRY_PASSWORD to credentials of the registry, too",
      },
    ],
  });
});
