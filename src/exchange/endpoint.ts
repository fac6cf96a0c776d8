import { isNear } from "../hosts.ts";
import { Lacking } from "../registries/kind.ts";
import type { Env } from "../variables.ts";

const isSafe = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isOpen = protocol === "http:" && isNear(hostname);
  return (protocol === "https:" || isOpen) && username === "" && password === "";
};

/**
 * Where a service is, without a slash at the end: what the first of the vendor's variables that is set says, else `usual`.
 * Throws `Lacking` for what is not https, but on this machine itself.
 */
export const endpoint = (usual: string, env: Env, ...names: readonly string[]): string => {
  const name = names.find((it) => env[it] !== undefined);
  const url = (name && env[name]) ?? usual;
  if (isSafe(url)) return url.replace(/\/+$/, "");
  throw new Lacking(`${name} is not a URL of https`, "correct it, or do not set it");
};
