import { isThisMachine } from "../hosts.ts";
import { Lacking } from "../registries/kind.ts";
import type { Env } from "../variables.ts";

// Something is written behind it.
const isSafe = ({ protocol, hostname, username, password, search, hash }: URL): boolean => {
  const isOpen = protocol === "http:" && isThisMachine(hostname);
  return (protocol === "https:" || isOpen) && username + password + search + hash === "";
};

/**
 * Where a service is, without a slash at the end: what the first of the vendor's variables that is set says, else `usual`.
 * Throws `Lacking` for what is not https, but on this machine itself.
 */
export const endpoint = (usual: string, env: Env, ...names: readonly string[]): string => {
  const name = names.find((it) => env[it] !== undefined);
  const text = (name && env[name]) ?? usual;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && isSafe(url)) return url.href.replace(/[/?#]+$/, "");
  throw new Lacking(`${name ?? usual} is not a URL of https`, "correct it, or do not set it");
};
