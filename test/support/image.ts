import { createHash, randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BLOCK = 512;

const octal = (value: number, width: number): string =>
  `${value.toString(8).padStart(width - 1, "0")}\0`;

// https://www.gnu.org/software/tar/manual/html_node/Standard.html
const tarWith = (name: string, content: Buffer): Buffer => {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8), 100);
  header.write(octal(content.length, 12) + octal(0, 12), 124);
  header.write(" ".repeat(8), 148);
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)} `, 148);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]);
};

const digestOf = (content: Buffer): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** An image on disk, for `skopeo copy dir:…`. */
export interface Image {
  readonly folder: string;
  /** The digest of its manifest: what a registry calls it. */
  readonly digest: string;
  /** Its label `berth.test`: like its one file `who`, it holds what the caller named it. */
  readonly label: string;
}

/** Writes an image from nothing into `folder`; no two calls make the same one. */
// https://github.com/containers/image/blob/main/docs/containers-transports.5.md (dir:)
export const writeImage = async (folder: string, label: string): Promise<Image> => {
  await mkdir(folder, { recursive: true });
  const write = async (mediaType: string, content: Buffer) => {
    const digest = digestOf(content);
    await writeFile(join(folder, digest.replace("sha256:", "")), content);
    return { mediaType, size: content.length, digest };
  };
  const tar = tarWith("who", Buffer.from(`${label} ${randomUUID()}\n`));
  // Compressed already, or skopeo would do it at the push and the manifest would get another digest.
  const layer = await write("application/vnd.docker.image.rootfs.diff.tar.gzip", gzipSync(tar));
  const config = await write(
    "application/vnd.docker.container.image.v1+json",
    Buffer.from(
      JSON.stringify({
        ...{ architecture: "amd64", os: "linux", created: "2000-01-01T00:00:00Z" },
        config: { Labels: { "berth.test": label } },
        rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
        history: [{ created: "2000-01-01T00:00:00Z", created_by: "berth test" }],
      }),
    ),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      ...{ config, layers: [layer] },
    }),
  );
  await writeFile(join(folder, "manifest.json"), manifest);
  await writeFile(join(folder, "version"), "Directory Transport Version: 1.1\n");
  return { folder, label, digest: digestOf(manifest) };
};
