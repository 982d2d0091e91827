import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { answerRequest } from "./answer-request.ts";
import type { ObjectCreated, ServerContext } from "./operations/call.ts";
import { openStorage } from "./storage/open-storage.ts";
import { errorAnswer } from "./wire/answer.ts";
import { S3Error } from "./wire/errors.ts";

export type { ObjectCreated };

export interface S3ServerOptions {
  /** Made if need be; one server at a time. */
  dataDirectory: string;
  /** 0 for any free one. */
  port: number;
  host?: string;
  accessKeyId: string;
  secretAccessKey: string;
  region?: string;
  /** Called after the commit and before the answer; what it throws is logged and changes nothing. */
  onObjectCreated?: (event: ObjectCreated) => void;
  clock?: () => Date;
}

export interface S3Server {
  readonly url: string;
  readonly port: number;
  /** Stops listening, lets running requests end for a moment, and closes the files. */
  close(): Promise<void>;
}

// A connection may be silent for this long; an upload as a whole may take as long as it needs.
const IDLE_MS = 120_000;
const CLOSE_GRACE_MS = 2000;

/** Starts S3 on one folder of this machine. Rejects when the port or the folder is in use. */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const clock = options.clock ?? (() => new Date());
  const storage = await openStorage(options.dataDirectory, clock());
  const { accessKeyId, secretAccessKey, region = "us-east-1", host = "127.0.0.1" } = options;
  const context: ServerContext = {
    storage,
    clock,
    credentials: { accessKeyId, secretAccessKey, region },
    notify: (event) => {
      try {
        options.onObjectCreated?.(event);
      } catch (error) {
        console.error("S3: a listener failed:", error);
      }
    },
  };
  const running = new Set<Promise<void>>();
  const server = createListener(context, running);
  try {
    await listen(server, options.port, host);
  } catch (error) {
    storage.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const urlHost = host.includes(":") ? `[${host}]` : host;
  let closing: Promise<void> | undefined;
  const close = async () => {
    await stopListening(server);
    // Only when no request can touch them any more.
    await Promise.all(running);
    storage.close();
  };
  return {
    url: `http://${urlHost}:${port}`,
    port,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function createListener(context: ServerContext, running: Set<Promise<void>>): Server {
  const answer = (incoming: IncomingMessage, response: ServerResponse, isWaiting: boolean) => {
    // A client that goes away must not become an uncaught error.
    incoming.on("error", () => undefined);
    response.on("error", () => undefined);
    const requestId = randomBytes(8).toString("hex").toUpperCase();
    const work = answerRequest(context, { incoming, response, requestId, isWaiting });
    running.add(work);
    const done = () => running.delete(work);
    work.then(done, done);
  };
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 30_000, joinDuplicateHeaders: true });
  server.timeout = IDLE_MS;
  server.on("request", (incoming, response) => answer(incoming, response, false));
  server.on("checkContinue", (incoming, response) => answer(incoming, response, true));
  server.on("clientError", (_error, socket) => refuseGarbage(socket as Socket));
  return server;
}

/** What is no HTTP at all still gets an answer in S3's form. */
function refuseGarbage(socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { body } = errorAnswer(new S3Error("BadRequest"), { resource: "", requestId: "" });
  const head = `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application/xml\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(String(body))}\r\n\r\n${body}`, () => socket.destroy());
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(timer);
}
