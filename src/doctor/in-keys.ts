import { isNamespaced, isOfDockerHub, keysFor, shownKey } from "../docker-config/keys.ts";
import { type AuthEntry, isStoreMarker } from "../docker-config/model.ts";
import { shownHelper } from "../docker-config/stores.ts";
import { helperFor, hostFor } from "./as-docker.ts";
import { bad, type Finding } from "./finding.ts";
import type { ConfigFile } from "./sight.ts";

/** The entries that are more than markers of a store. */
export const secretsOf = ({
  config,
}: ConfigFile): readonly (readonly [key: string, entry: AuthEntry])[] =>
  [...config.auths].filter(([, entry]) => !isStoreMarker(entry));

const shadowed = (file: ConfigFile, onPath: ReadonlySet<string>): readonly Finding[] =>
  secretsOf(file).flatMap(([key]) => {
    const helper = helperFor(file.config, isOfDockerHub(key) ? key : hostFor(key));
    // Of one that is not there it is told already.
    if (helper === undefined || !onPath.has(helper)) return [];
    return [
      bad(
        "shadowed",
        `${file.path}: Docker does not look at the credential of ${shownKey(key)}, because it asks docker-credential-${shownHelper(helper)}`,
        "log in again, or take the helper out of the file",
      ),
    ];
  });

// Docker's login by a browser writes these, too.
const OF_LOGIN = /\/v1\/(?:access|refresh)-token$/;

const unfit = (file: ConfigFile): readonly Finding[] => {
  const all = secretsOf(file).map(([key]) => key);
  const [hub = ""] = keysFor("docker.io");
  const wrong = all.filter(
    (key) => isOfDockerHub(key) && !isNamespaced(key) && key !== hub && !OF_LOGIN.test(key),
  );
  const parts = all.filter((key) => isNamespaced(key) && !isOfDockerHub(key));
  return [
    ...wrong.map((key) =>
      bad(
        "hub-key",
        `${file.path}: Docker does not find the credential of Docker Hub under ${shownKey(key)}`,
        `its key is ${hub}`,
      ),
    ),
    ...parts.map((key) =>
      bad(
        "part-of-registry",
        `${file.path}: ${shownKey(key)} is a part of a registry, which Docker takes for the whole`,
        "put it into auth.json, where podman and its relatives tell parts apart, or give berth HOST/GROUP",
      ),
    ),
  ];
};

/** What is wrong with the keys of a file that docker or helm reads. */
export const findingsOfKeys = (
  file: ConfigFile,
  helpersOnPath: ReadonlySet<string>,
): readonly Finding[] => [...shadowed(file, helpersOnPath), ...unfit(file)];
