import { isThisMachine } from "../hosts.ts";

const PRIVATE =
  /^(?:0\.|10\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|127\.|\[f[cde]|\[::|(?:.*\.)?localhost$)/;

/** Whether a registry may lead there: over TLS alone, and not into the network of the job (RULE 23, go-containerregistry). */
export const isTrusted = (url: string, registry: string): boolean => {
  if (!URL.canParse(url)) return false;
  const [to, from] = [new URL(url), new URL(registry)];
  if (to.protocol !== "https:" && to.protocol !== "http:") return false;
  if (to.hostname === from.hostname) return to.protocol === "https:" || from.protocol === "http:";
  if (isThisMachine(from.hostname) && isThisMachine(to.hostname)) return true;
  return to.protocol === "https:" && !PRIVATE.test(to.hostname);
};
