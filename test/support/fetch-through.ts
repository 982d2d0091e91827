import { request } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";

/**
 * A `fetch` whose connections are opened by the caller. Unlike one to a proxy's own address it keeps the Host header,
 * which presigned URLs are signed for. Each request has a connection of its own.
 */
export function fetchThrough(connect: (url: URL) => Socket): (url: string, init: RequestInit) => Promise<Response> {
  return async (address, init) => {
    const url = new URL(address);
    const asked = new Request(url, init); // fetch's own way to make bytes and headers of a form
    const body = Buffer.from(await asked.arrayBuffer());
    const headers = { ...Object.fromEntries(asked.headers), "content-length": String(body.length) };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: asked.method, headers, createConnection: () => connect(url) });
      sent.once("error", reject);
      sent.once("response", (answer) => {
        const { statusCode: status = 0, headers: given } = answer;
        const hasBody = ![204, 304].includes(status);
        const answered = new Headers(
          Object.entries(given).map(([name, value]): [string, string] => [name, String(value)]),
        );
        resolve(
          new Response(hasBody ? (Readable.toWeb(answer) as ReadableStream) : null, { status, headers: answered }),
        );
      });
      sent.end(body);
    });
  };
}
