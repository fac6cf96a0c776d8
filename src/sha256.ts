import { sha256 as digest } from "@noble/hashes/sha2.js";

/** SHA-256 of a text's UTF-8, in hex. Not Node's own: to load that takes longer than all else that a job needs (`npm run bench`). */
export const sha256 = (text: string): string =>
  Buffer.from(digest(Buffer.from(text, "utf8"))).toString("hex");
