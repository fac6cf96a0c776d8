import { execaSync } from "execa";

/** The command for a mount name space of its own, so that no mount outlives a test; without root also a user name space. */
export const UNSHARE: readonly string[] = ["unshare", "--mount", "--map-root-user"];

const mounts = (): boolean => {
  const [file = "", ...args] = [
    ...UNSHARE,
    "mount",
    "-t",
    "tmpfs",
    "-o",
    "size=8k",
    "none",
    "/mnt",
  ];
  return execaSync(file, args, { reject: false }).exitCode === 0;
};

/** For a test that needs a small disk of its own. */
export const canMount = { can: mounts(), otherwise: "this user cannot mount a tmpfs with unshare" };
