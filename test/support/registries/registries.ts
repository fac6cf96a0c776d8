import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, type Socket } from "node:net";
import { makeCertificate } from "../clouds/certificate.ts";
import { type Handler, json, listen, listenerOf, type Received } from "../clouds/http.ts";
import { makeTemporaryFolder } from "../temporary-folder.ts";

/** A request as it has come, whatever became of it. */
interface Come {
  readonly scheme: "http" | "https";
  readonly method: string;
  readonly host: string;
  /** With its query. */
  readonly path: string;
  /** The header; "" where there is none. */
  readonly authorization: string;
  readonly body: string;
}

/** Registries under names of their own, which only their proxy knows. */
export interface Registries {
  /** By these a program reaches them, and trusts them. */
  readonly env: Readonly<Record<"HTTPS_PROXY" | "HTTP_PROXY" | "SSL_CERT_FILE", string>>;
  /** The same for those who trust nobody here. */
  readonly untrusted: Readonly<Record<"HTTPS_PROXY" | "HTTP_PROXY" | "SSL_CERT_DIR", string>>;
  readonly authorityFile: string;
  /** All that has come, to each host, with TLS or without, also to those where nobody is. */
  readonly come: readonly Come[];
  /** Who answers under this name from now on. */
  set(host: string, handle: Handler): void;
  stop(): Promise<void>;
}

/** Names that a test may give to a registry. */
const HOSTS = ["*.example.test", "registry-1.docker.io", "auth.docker.io"];

/**
 * Starts a place for registries: all names lead there, by a proxy, with TLS at 443 and without it at every other port.
 */
export const startRegistries = async (): Promise<Registries> => {
  const folder = await makeTemporaryFolder("registries");
  const { authorityFile, cert, key } = await makeCertificate(folder.path, HOSTS);
  const come: Come[] = [];
  const handlers = new Map<string, Handler>();

  const handle =
    (scheme: Come["scheme"]): Handler =>
    (received: Received) => {
      const { method, host, url, headers, body } = received;
      const { authorization = "" } = headers;
      come.push({ scheme, method, host, path: url.pathname + url.search, authorization, body });
      const known = scheme === "https" ? handlers.get(host) : undefined;
      return known ? known(received) : json(404, {});
    };

  const secure = createSecureServer({ cert, key }, listenerOf(handle("https")));
  const open = createServer(listenerOf(handle("http")));
  const [tls, plain] = [await listen(secure), await listen(open)];

  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  };
  const proxy = createServer((request, response) => {
    // The other way to ask a proxy for what has no TLS.
    request.url = (request.url ?? "").replace(/^http:\/\/[^/]*/, "");
    listenerOf(handle("http"))(request, response);
  });
  proxy.on("connection", keep);
  proxy.on("connect", ({ url = "" }, socket: Socket) => {
    const { port } = url.endsWith(":443") ? tls : plain;
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    keep(onward);
  });
  const listening = await listen(proxy);
  const address = `http://127.0.0.1:${listening.port}`;
  const proxies = { HTTPS_PROXY: address, HTTP_PROXY: address };
  return {
    env: { ...proxies, SSL_CERT_FILE: authorityFile },
    // To read the system's certificates takes most of the time of a test.
    untrusted: { ...proxies, SSL_CERT_DIR: "/nowhere" },
    ...{ authorityFile, come },
    set: (host, it) => void handlers.set(host, it),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([listening, tls, plain].map((it) => it.stop()));
      await folder.remove();
    },
  };
};
