import { join } from "node:path";
import { readdir } from "../files.ts";
import type { Trust } from "../network/agents.ts";
import { readSmallFile } from "../small-file.ts";

const read = (path: string): Promise<string | undefined> =>
  readSmallFile(path).catch(() => undefined);

const readFolder = async (folder: string): Promise<Trust> => {
  const names = await readdir(folder).catch(() => []);
  const ca = await Promise.all(
    names.filter((name) => name.endsWith(".crt")).map((name) => read(join(folder, name))),
  );
  const client = names.find((name) => name.endsWith(".cert"));
  const [cert, key] = client
    ? await Promise.all(
        [client, client.replace(/cert$/, "key")].map((name) => read(join(folder, name))),
      )
    : [];
  return {
    ca: ca.filter((text) => text !== undefined),
    ...(cert && key && { cert, key }),
  };
};

/**
 * Whom clients trust as a registry, beside those whom all trust, and who they are for it: of `certs.d` in Docker's folders and
 * those of containers/image. The folder has the registry's name, with its port.
 * https://docs.docker.com/engine/security/certificates/, https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
 */
export const trustFor = async (host: string, home: string): Promise<Trust> => {
  const folders = [
    "/etc/docker/certs.d",
    join(home, ".config/docker/certs.d"),
    "/etc/containers/certs.d",
    join(home, ".config/containers/certs.d"),
  ];
  const found = await Promise.all(folders.map((folder) => readFolder(join(folder, host))));
  const client = found.find(({ cert }) => cert !== undefined);
  return {
    ca: found.flatMap(({ ca = [] }) => ca),
    ...(client?.cert && client.key && { cert: client.cert, key: client.key }),
  };
};
