import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { StartError, systemErrorCode } from "./start-error.ts";

/** Loopback only: this host gives out developer tokens to anyone who asks. */
export const LOOPBACK = "127.0.0.1";

/** Listens on the loopback address and answers the port; 0 asks the system for a free one. */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, LOOPBACK);
  try {
    await once(server, "listening");
  } catch (error) {
    if (systemErrorCode(error) === "EADDRINUSE") {
      throw new StartError(`Cannot start: port ${port} is in use; set PORT to another one`);
    }
    if (systemErrorCode(error) === "EACCES") {
      throw new StartError(`Cannot start: port ${port} needs more rights than this user has; set PORT above 1023`);
    }
    throw error;
  }
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot read the address of the server");
  return address.port;
}

/** Stops listening and drops open connections; keep-alive clients would otherwise hold the process for minutes. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

/**
 * The whole request body, or `undefined` as soon as it is known to exceed `maxBytes`. What is left of it is read and
 * dropped while the caller answers: a client that is cut off in the middle of sending never sees the answer.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = Number(request.headers["content-length"] ?? 0) > maxBytes ? Number.POSITIVE_INFINITY : 0;
  if (size === 0) {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  }
  if (size <= maxBytes) return Buffer.concat(chunks);
  request.resume();
  return undefined;
}

/** Fires when the client is gone before it had its answer. */
export function hangUpSignal(response: ServerResponse): AbortSignal {
  const hungUp = new AbortController();
  response.once("close", () => response.writableFinished || hungUp.abort());
  return hungUp.signal;
}

/** Answers JSON and ends the response. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** A port nobody listens on right now, for a child that cannot pick one by itself. */
export async function findFreePort(): Promise<number> {
  const { createServer } = await import("node:http");
  const server = createServer();
  const port = await listen(server, 0);
  await closeServer(server);
  return port;
}
