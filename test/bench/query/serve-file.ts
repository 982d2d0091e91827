import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One file over HTTP, as a presigned URL gives it; and a place that takes forms and throws them away. */
export async function serveFile(path: string) {
  const { size } = await stat(path);
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      request.resume().on("end", () => response.writeHead(201).end());
      return;
    }
    response.setHeader("content-length", size);
    createReadStream(path, { highWaterMark: 1024 * 1024 }).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
