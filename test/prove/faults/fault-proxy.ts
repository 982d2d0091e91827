/**
 * A proxy over HTTP between the SDK's clients and an engine, neither of which knows of it. Without a strike it hands
 * everything on; a strike decides what becomes of one call. Bodies are held whole: those of proofs are small.
 */
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { dynamoOperation, s3Operation } from "../../../cdk/costs/measure/operation-names.ts";
import { closeServer, listen } from "../../../cdk/local/http.ts";

export type EngineName = "s3" | "dynamodb";

/** One attempt of one request, as it came over the wire. */
export interface Call {
  engine: EngineName;
  /** In the engine's own words: `PutItem`, `DeleteObjects`. */
  operation: string;
  body: Buffer;
}

export interface EngineAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What a strike may do with the call; it ends with one of the last four. */
export interface Exchange {
  call: Call;
  /** Has the engine do it; a body of one's own in the place of what came. */
  forward(body?: Buffer): Promise<EngineAnswer>;
  /** Sends the head and half of the body to the engine and hangs up. */
  forwardHalf(): Promise<void>;
  reply(answer: EngineAnswer): void;
  /** Promises the whole answer and sends so many of its bytes. */
  replyCut(answer: EngineAnswer, bytes: number): void;
  reset(): void;
  /** Never answers; the connection stays open until the other side is tired of it. */
  silence(): void;
}

export type Strike = (exchange: Exchange) => Promise<void> | void;

export interface FaultProxy {
  url: string;
  /** Asked for each call of an SDK client; presigned ones, of which no SDK knows, only with `isPresigned`. */
  strikes(choose: ((call: Call) => Strike | undefined) | undefined, options?: { isPresigned?: boolean }): void;
  close(): Promise<void>;
}

const handOn: Strike = async ({ forward, reply }) => reply(await forward());

/** Listens on a free port of loopback. */
export async function startFaultProxy(engine: EngineName, target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  let choose: ((call: Call) => Strike | undefined) | undefined;
  let wantsPresigned = false;

  function send(message: IncomingMessage, body: Buffer, sent = body): Promise<EngineAnswer> {
    const { method, url: path, headers } = message;
    return new Promise((resolve, reject) => {
      // `host` stays what the SDK signed.
      const onward = request({ hostname, port, method, path, headers: headersOf(headers, body), agent });
      onward.once("error", reject);
      onward.once("response", (answer) => {
        buffer(answer).then(
          (whole) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: whole }),
          reject,
        );
      });
      if (sent === body) onward.end(body);
      else onward.write(sent, () => onward.destroy());
    });
  }

  async function meet(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(message);
    const operation = engine === "s3" ? s3Operation(message) : dynamoOperation(message);
    const call: Call = { engine, operation, body };
    const isOurs = message.headers.authorization !== undefined || wantsPresigned;
    const strike = (isOurs ? choose?.(call) : undefined) ?? handOn;
    await strike({
      call,
      forward: (changed = body) => send(message, changed),
      forwardHalf: () => send(message, body, body.subarray(0, body.length >> 1)).then(ignore, ignore),
      reply: (answer) => writeAnswer(response, answer).end(answer.body),
      replyCut: (answer, bytes) =>
        writeAnswer(response, answer).write(answer.body.subarray(0, bytes), () => response.socket?.destroy()),
      reset: () => response.socket?.resetAndDestroy(),
      silence: () => {},
    });
  }

  const server = createServer((message, response) => {
    meet(message, response).catch(() => response.destroy());
  });
  return {
    url: `http://127.0.0.1:${await listen(server, 0)}`,
    strikes(next, { isPresigned = false } = {}) {
      choose = next;
      wantsPresigned = isPresigned;
    },
    async close() {
      agent.destroy();
      await closeServer(server);
    },
  };
}

function headersOf(headers: IncomingHttpHeaders, body: Buffer): IncomingHttpHeaders {
  const { expect, "transfer-encoding": chunked, ...rest } = headers;
  return chunked === undefined ? rest : { ...rest, "content-length": String(body.length) };
}

function writeAnswer(response: ServerResponse, { status, headers, body }: EngineAnswer): ServerResponse {
  const { "transfer-encoding": chunked, connection, ...rest } = headers;
  const isLong = chunked !== undefined || rest["content-length"] === undefined;
  return response.writeHead(
    status,
    isLong && status !== 204 ? { ...rest, "content-length": String(body.length) } : rest,
  );
}

function ignore(): void {}
