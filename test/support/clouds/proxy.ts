import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { type Listening, listen } from "./http.ts";

/** Starts a proxy by which all the hosts that it knows lead to a port of this machine. */
export const startConnectProxy = async (
  port: number,
  knows: (host: string) => boolean,
): Promise<Listening> => {
  const server = createServer((_, response) => response.writeHead(405).end());
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", (request, socket, head) => {
    const [host = "", of] = (request.url ?? "").split(":");
    if (of !== "443" || !knows(host)) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      // A connection that either side breaks off is the others' affair.
      pipeline(socket, onward, () => undefined);
      pipeline(onward, socket, () => undefined);
    });
    onward.on("error", () => socket.destroy());
  });
  const listening = await listen(server);
  return {
    ...listening,
    stop: async () => {
      // Those that lead onward are no longer the server's own.
      for (const socket of sockets) socket.destroy();
      await listening.stop();
    },
  };
};
