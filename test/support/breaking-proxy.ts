/** A proxy before an engine that answers in its place, or late, what a test wants broken. */
import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A request on its way; the body where it is small enough to be held, which those of DynamoDB are. */
export interface PassingRequest {
  readonly method: string;
  readonly url: string;
  readonly operation: string;
  readonly body: string;
}

/** What becomes of it: another answer, or the engine's own after a while. */
export type Breakage = { status: number; body: string } | { delayMs: number };

/** Undefined for what is to go through as it is. */
export type Decide = (request: PassingRequest) => Breakage | undefined;

export interface BreakingProxy {
  readonly url: string;
  /** In the place of what was decided before; without it all goes through. */
  breakBy(decide?: Decide): void;
  close(): void;
}

/** Listens on a free port before `target`; told of each request that goes through, and of each that does not. */
export async function startBreakingProxy(
  target: string,
  onRequest: (request: PassingRequest, broken: boolean) => void,
): Promise<BreakingProxy> {
  const { hostname, port } = new URL(target);
  let decide: Decide = () => undefined;
  const server = createServer((message, response) => {
    const forward = async () => {
      const { method = "GET", url = "/", headers } = message;
      const operation = String(headers["x-amz-target"] ?? "").replace(/^.*\./, "");
      const held = operation === "" ? undefined : await readText(message);
      const passing = { method, url, operation, body: held ?? "" };
      const breakage = decide(passing);
      onRequest(passing, breakage !== undefined && "status" in breakage);
      if (breakage !== undefined && "status" in breakage) {
        message.resume();
        return void response.writeHead(breakage.status).end(breakage.body);
      }
      if (breakage !== undefined) await pause(breakage.delayMs);
      const onward = request({ hostname, port, method, path: url, headers });
      if (held === undefined) message.pipe(onward);
      else onward.end(held);
      const [answer] = (await once(onward, "response")) as [IncomingMessage];
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    };
    forward().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakBy(next = () => undefined) {
      decide = next;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As S3 words a refusal by policy. */
export const accessDenied: Breakage = {
  status: 403,
  body: "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
};

/** As DynamoDB words a refusal. */
export function dynamoRefusal(name: string): Breakage {
  const __type = `com.amazonaws.dynamodb.v20120810#${name}`;
  return { status: 400, body: JSON.stringify({ __type, message: "Refused" }) };
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
