import { expect, test } from "@jest/globals";
import { configsOfRepositories } from "../../src/docker-config/of-repositories.ts";
import { configOf, login } from "../fixtures/configs.ts";
import { opened } from "../fixtures/opened.ts";

// docker/buildx, util/dockerutil/dockerconfig/configprovider.go: folders are host and repository, the key in the file is Docker's.
test("credentials for parts of registries are where buildx looks for those of a repository", () => {
  const [a, b, hub] = [login("a", "pw"), login("b", "pw"), login("hub", "pw")];
  const { auths, credHelpers } = configOf({
    auths: {
      "r.example": login("whole", "test-token"),
      "r.example/group/a": a,
      "r.example:5000/b": b,
      "docker.io/org": hub,
    },
  });
  const of = (path: string, key: string, entry: typeof a) => ({
    path: `buildx/config/${path}/config.json`,
    config: configOf({ auths: { [key]: entry } }),
  });
  expect(opened(configsOfRepositories({ auths, credHelpers }))).toEqual(
    opened([
      of("r.example/group/a", "r.example", a),
      of("r.example:5000/b", "r.example:5000", b),
      of("registry-1.docker.io/org", "https://index.docker.io/v1/", hub),
    ]),
  );
});
