/** A proxy before an engine, which sees every request as it goes over the wire, retries included. */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that was answered: its head, and body and answer where they were asked for. */
export interface SeenRequest {
  readonly message: IncomingMessage;
  /** Both empty unless the bodies were kept. */
  readonly sent: string;
  readonly answered: string;
}

export interface ProxyOptions {
  /** Told once the answer is through. */
  onRequest(seen: SeenRequest): void;
  /** Whether a request's bodies are held and told; never those of files, which stream. */
  keepsBodies?(message: IncomingMessage): boolean;
  /** What the engine gets in the place of a kept body. */
  rewrite?(body: string): string;
}

export interface CountingProxy {
  readonly url: string;
  close(): void;
}

/** Listens on a free port and hands everything on to `target`. */
export async function startCountingProxy(target: string, options: ProxyOptions): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const server: Server = createServer((message, response) => {
    const { method, url: path, headers } = message;
    const forward = async () => {
      const isKept = options.keepsBodies?.(message) ?? false;
      const sent = isKept ? await readText(message) : "";
      const body = options.rewrite?.(sent) ?? sent;
      // Other headers go on untouched: `host` is part of what the SDK signed.
      const length = isKept ? { "content-length": String(Buffer.byteLength(body)) } : {};
      const onward = request({ hostname, port, method, path, headers: { ...headers, ...length } });
      if (isKept) onward.end(body);
      else message.pipe(onward);
      const [answer] = (await once(onward, "response")) as [IncomingMessage];
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      const kept: Buffer[] = [];
      if (isKept) answer.on("data", (chunk: Buffer) => kept.push(chunk));
      // Before the last byte goes out: whoever has the answer finds it counted.
      answer.on("end", () => options.onRequest({ message, sent, answered: Buffer.concat(kept).toString() }));
      answer.pipe(response);
    };
    forward().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
