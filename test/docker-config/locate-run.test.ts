import { expect, jest, test } from "@jest/globals";
import * as files from "../../src/files.ts";

// What lies in /run is not for a test to change: here are only these files.
const FILES = ["/run/containers/1000/auth.json", "/home/ci/.config/containers/auth.json"];

jest.unstable_mockModule("../../src/files.ts", () => ({
  ...files,
  stat: async (path: string) => {
    if (FILES.includes(path)) return { isFile: () => true };
    throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  },
}));

const { locateSources } = await import("../../src/docker-config/locate.ts");

const [RUN, CONFIG] = FILES;

test.each([
  ["the user's folder in /run counts first, where XDG_RUNTIME_DIR is not set", 1000, {}, FILES],
  ["not another user's", 1001, {}, [CONFIG]],
  ["nor any, where users have no numbers", undefined, {}, [CONFIG]],
  ["nor where XDG_RUNTIME_DIR is set", 1000, { XDG_RUNTIME_DIR: "/run/user/1000" }, [CONFIG]],
  ["and alone without a home's file", 1000, { XDG_CONFIG_HOME: "/elsewhere" }, [RUN]],
])("logins of podman & co.: %s", async (_, uid, env, containers) => {
  const where = { env, cwd: "/", home: "/home/ci", uid, own: "/own" };
  expect((await locateSources(undefined, where)).sources.containers).toEqual(containers);
});
