import { once } from "node:events";
import { createServer, request as startRequest } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "./registry.ts";

/** A proxy for HTTP, in front of a registry. */
export interface RegistryProxy {
  /** For HTTP_PROXY and HTTPS_PROXY. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a proxy by which every host's name leads to `registry`, so that a client talks to it as `ghcr.io` and takes the credentials
 * of that. It refuses TLS, after which clients that may do so try plain HTTP.
 */
export const startRegistryProxy = async ({ host }: Registry): Promise<RegistryProxy> => {
  const [hostname, port] = host.split(":");
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? "");
    const { method, headers } = request;
    const onward = startRequest({ hostname, port, method, headers, path: pathname + search });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", (error) => response.destroy(error));
    request.pipe(onward);
  });
  server.on("connect", (_, socket) => socket.end("HTTP/1.1 405 Method Not Allowed\r\n\r\n"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
