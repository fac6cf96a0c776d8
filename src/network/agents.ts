import type { BlockList } from "node:net";
import type { Dispatcher } from "undici";
import { isNear } from "../hosts.ts";
import type { Env } from "../variables.ts";
import { Unreachable } from "./unreachable.ts";

type Undici = Pick<typeof import("undici"), "Agent" | "EnvHttpProxyAgent">;

/** Whom to trust, and who one is, as PEM. */
export interface Trust {
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
}

const contextOf = (trust: Trust) => {
  const { createSecureContext } = process.getBuiltinModule("node:tls");
  try {
    return createSecureContext({ ...trust, ca: [...(trust.ca ?? [])] });
  } catch {
    throw new Unreachable("the client's certificate or key for it cannot be read", false, "setup");
  }
};

const isProxy = (text: string): boolean => {
  try {
    const { protocol, pathname, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return ["http:", "https:"].includes(protocol) && pathname === "/";
  } catch {
    return false;
  }
};

// As curl and Go take a proxy without a scheme.
const proxyIn = (text: string): string => {
  if (text === "") return "";
  const proxy = text.includes("://") ? text : `http://${text}`;
  if (isProxy(proxy)) return proxy;
  // It may have a password in it.
  throw new Unreachable("HTTP_PROXY or HTTPS_PROXY is not the URL of a proxy", false, "setup");
};

// Undici knows no networks there, such as 10.0.0.0/8; other clients do.
const networksIn = (noProxy: string): BlockList => {
  const { BlockList, isIP } = process.getBuiltinModule("node:net");
  const networks = new BlockList();
  for (const [, address = "", bits] of noProxy.matchAll(
    /(?<![^\s,])([\da-f.:]+)\/(\d+)(?![^\s,])/gi,
  )) {
    const version = isIP(address);
    if (version === 4 && Number(bits) <= 32) networks.addSubnet(address, Number(bits), "ipv4");
    if (version === 6 && Number(bits) <= 128) networks.addSubnet(address, Number(bits), "ipv6");
  }
  return networks;
};

const isIn = (networks: BlockList, hostname: string): boolean => {
  const address = hostname.replace(/^\[(.*)\]$/, "$1");
  const version = process.getBuiltinModule("node:net").isIP(address);
  return version !== 0 && networks.check(address, version === 4 ? "ipv4" : "ipv6");
};

/** What a request goes by. */
export interface Agents {
  /** Whether that is no proxy, whatever the environment names. */
  isDirect(url: URL): boolean;
  agentFor(url: URL): Dispatcher;
}

/** What requests go by: the proxies that the environment names, but for near hosts. Throws `Unreachable`. */
export const makeAgents = (
  { Agent, EnvHttpProxyAgent }: Undici,
  env: Env,
  trust: Trust,
): Agents => {
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says, which a job may set for other programs.
  const tls = { secureContext: contextOf(trust), rejectUnauthorized: true };
  // In Go's order, which is the other clients': golang.org/x/net/http/httpproxy.
  const named = (name: string) => env[name] || env[name.toLowerCase()] || "";
  const noProxy = named("NO_PROXY");
  const networks = networksIn(noProxy);
  const near = new Agent({ connect: tls });
  // Undici goes by the one for http where there is none for https. Docker does not.
  const byProxy = (name: string, proxyTunnel: boolean) => {
    const proxy = proxyIn(named(name));
    return new EnvHttpProxyAgent({
      ...{ httpProxy: proxy, httpsProxy: proxy, noProxy, proxyTunnel },
      ...{ connect: tls, requestTls: tls, proxyTls: tls },
    });
  };
  const far: Readonly<Record<string, Dispatcher>> = {
    "http:": byProxy("HTTP_PROXY", false),
    "https:": byProxy("HTTPS_PROXY", true),
  };
  const isDirect = ({ hostname }: URL) => isNear(hostname) || isIn(networks, hostname);
  return {
    isDirect,
    agentFor: (url) => (isDirect(url) ? near : (far[url.protocol] ?? near)),
  };
};
