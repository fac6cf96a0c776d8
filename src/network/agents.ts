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

// As curl and Go take a proxy without a scheme.
const withScheme = (proxy: string): string =>
  proxy === "" || proxy.includes("://") ? proxy : `http://${proxy}`;

/** What a request goes by: the proxies that the environment names, but for near hosts. Throws `Unreachable`. */
export const makeAgents = (
  { Agent, EnvHttpProxyAgent }: Undici,
  env: Env,
  trust: Trust,
): ((url: URL) => Dispatcher) => {
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says, which a job may set for other programs.
  const tls = { secureContext: contextOf(trust), rejectUnauthorized: true };
  const named = (name: string) => env[name.toLowerCase()] ?? env[name] ?? "";
  const noProxy = named("NO_PROXY");
  const near = new Agent({ connect: tls });
  // Undici goes by the one for http where there is none for https. Docker does not.
  const byProxy = (name: string, proxyTunnel: boolean) => {
    const proxy = withScheme(named(name));
    return new EnvHttpProxyAgent({
      ...{ httpProxy: proxy, httpsProxy: proxy, noProxy, proxyTunnel },
      ...{ connect: tls, requestTls: tls, proxyTls: tls },
    });
  };
  try {
    const far: Readonly<Record<string, Dispatcher>> = {
      "http:": byProxy("HTTP_PROXY", false),
      "https:": byProxy("HTTPS_PROXY", true),
    };
    return ({ protocol, hostname }) => (isNear(hostname) ? near : (far[protocol] ?? near));
  } catch {
    // The URL may have a password in it.
    throw new Unreachable("HTTP_PROXY or HTTPS_PROXY is not the URL of a proxy", false, "setup");
  }
};
