import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from "node:http";
import type { Server as SecureServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A request as a service gets it. */
export interface Received {
  readonly method: string;
  /** Whom it is for, without a port. */
  readonly host: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** After half of it the connection ends, or nothing more comes. */
  readonly half?: "cut" | "stall";
}

/** What comes of a request: a reply, or none, with the connection kept or closed. */
export type Answer = Reply | "hang" | "close";

export type Handler = (received: Received) => Answer | Promise<Answer>;

/** A service, and the hosts that it is behind. */
export interface Service {
  recognises(host: string): boolean;
  readonly handle: Handler;
}

type Fields = Readonly<Record<string, string>>;

export const json = (status: number, body: unknown, headers: Fields = {}): Reply => ({
  ...{ status, headers: { "content-type": "application/json; charset=utf-8", ...headers } },
  body: JSON.stringify(body),
});

/** A header, "" where there is none. */
export const headerOf = ({ headers }: Received, name: string): string =>
  [headers[name] ?? ""].flat().join(",");

export const bearerOf = (received: Received): string | undefined =>
  /^Bearer (?<token>\S+)$/i.exec(headerOf(received, "authorization"))?.groups?.["token"];

const isOfType = (received: Received, type: string): boolean =>
  headerOf(received, "content-type").split(";")[0]?.trim().toLowerCase() === type;

/** The fields of a form; nothing where the request has none. */
export const formIn = (received: Received): Fields | undefined =>
  isOfType(received, "application/x-www-form-urlencoded")
    ? Object.fromEntries(new URLSearchParams(received.body))
    : undefined;

/** An object of JSON; nothing where the request has none. */
export const jsonIn = (received: Received): Readonly<Record<string, unknown>> | undefined => {
  if (!isOfType(received, "application/json")) return undefined;
  try {
    const value: unknown = JSON.parse(received.body);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** A listener for node's servers. `host` stands in for the one that the request names. */
export const listenerOf =
  (handle: Handler, host?: string): RequestListener =>
  (request, response) => {
    const respond = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const named = request.headers.host ?? "";
      const answer = await handle({
        method: request.method ?? "",
        host: host ?? named.replace(/:\d+$/, ""),
        url: new URL(`http://${named}${request.url}`),
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      });
      if (answer === "hang") return;
      if (answer === "close") return void response.destroy();
      const { status, headers, half } = answer;
      const body = Buffer.from(answer.body);
      response.writeHead(status, { "content-length": body.length, ...headers });
      if (half === undefined) return void response.end(body);
      response.write(body.subarray(0, body.length / 2), () => half === "cut" && response.destroy());
    };
    respond().catch((error: unknown) => response.destroy(error as Error));
  };

/** A server that listens on a port of 127.0.0.1. */
export interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

export const listen = async (server: Server | SecureServer): Promise<Listening> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

/** Starts a server without TLS, for one service under one of its hosts. */
export const listenInTheOpen = async (
  handle: Handler,
  host?: string,
): Promise<Listening & { readonly url: string }> => {
  const listening = await listen(createServer(listenerOf(handle, host)));
  return { ...listening, url: `http://127.0.0.1:${listening.port}` };
};
