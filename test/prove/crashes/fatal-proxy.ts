/**
 * A proxy before an engine that knows when to kill: at the n-th request from now on, before the engine hears of it or
 * when it has answered and nobody knows yet. So a death is at a request, and not at a time that a busy machine stretches.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What waits for its request. */
export interface Trap {
  /** Requests that still pass unharmed. */
  left: number;
  when: "before" | "after";
  /** Kills; false when there was nobody to kill, and the next request has to do. */
  spring(request: string): boolean;
}

/** Where both engines' proxies look for a trap. */
export interface Trapdoor {
  trap: Trap | undefined;
}

/** Listens on a free port and hands everything on to `target`; answers its own address. */
export async function startFatalProxy(target: string, door: Trapdoor): Promise<string> {
  const { hostname, port } = new URL(target);
  const server: Server = createServer((message, response) => {
    const { method, url, headers } = message;
    const pulled = pull(door);
    if (pulled?.when === "before" && springs(door, pulled, message)) return void message.socket.destroy();
    const onward = request({ hostname, port, method, path: url, headers });
    onward.on("error", () => response.destroy());
    response.on("error", () => onward.destroy());
    onward.on("response", (answer: IncomingMessage) => {
      if (pulled?.when === "after" && springs(door, pulled, message)) return void message.socket.destroy();
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    message.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Counts this request; answers the trap that is to be sprung by it. */
function pull({ trap }: Trapdoor): Trap | undefined {
  if (trap === undefined) return undefined;
  trap.left--;
  return trap.left < 0 ? trap : undefined;
}

function springs(door: Trapdoor, trap: Trap, { method, url, headers }: IncomingMessage): boolean {
  if (door.trap !== trap) return false; // another request was faster
  const target = String(headers["x-amz-target"] ?? "")
    .split(".")
    .at(-1);
  const what = target || `${method} ${(url ?? "").split("?")[0]?.replace(/[0-9a-z_]{20,}/gi, "…")}`;
  if (!trap.spring(what)) return false;
  door.trap = undefined;
  return true;
}
