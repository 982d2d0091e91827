/**
 * What DNS does on AWS: the API's name stands in the request, and leads to the emulator. Names below `localhost` are
 * resolved on some machines only, so that a server on a loopback address hands requests on under the right name.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";

/** Listens on a free port and hands every request to `target`, as one to `host`. */
export async function openFrontDoor(target: { url: string; host: string; certFile: string }): Promise<Server> {
  const { hostname, port } = new URL(target.url);
  const ca = readFileSync(target.certFile);
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (incoming: IncomingMessage, response: ServerResponse) => {
    const { method, url: path, headers } = incoming;
    const outgoing = httpsRequest({
      ...{ hostname, port, ca, method, path: pastOwnRoutes(path) },
      headers: { ...headers, host: target.host },
      setDefaultHeaders: false,
    });
    outgoing.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.once("error", (error) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(error.message);
    });
    response.once("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

/** The emulator answers this route by itself, before any API; named with the API's stage it reaches ours. */
function pastOwnRoutes(path: string | undefined): string | undefined {
  return path === "/health" ? "/$default/health" : path;
}

/** The address at which it answers. */
export function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
