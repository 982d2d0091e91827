import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Store } from "@tus/s3-store";
import { Server } from "@tus/server";
import type { Host } from "../../cdk/local/host.ts";

const PART_BYTES = 8 * 1024 * 1024;

/**
 * The same bytes through the reference tus server and its S3 store into the same engine: what one takes who builds
 * resumable uploads without Cubby. The bytes pass through the server, as they do there. Answers seconds.
 */
export async function uploadByTus(host: Host, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const { env, endpoints } = host;
  const datastore = new S3Store({
    partSize: PART_BYTES,
    s3ClientConfig: {
      bucket: env.SESSION_BUCKET ?? "",
      endpoint: endpoints.s3,
      region: env.AWS_REGION ?? "us-east-1",
      forcePathStyle: true,
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
      },
    },
  });
  const tus = new Server({ path: "/files", datastore });
  const server = createServer((request, response) => void tus.handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`;
    return await send(url, bytes);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function send(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const started = performance.now();
  const version = { "tus-resumable": "1.0.0" };
  const created = await fetch(url, {
    method: "POST",
    headers: { ...version, "upload-length": String(bytes.byteLength) },
  });
  const location = created.headers.get("location");
  if (created.status !== 201 || location === null) throw new Error(`tus answered ${created.status}`);
  const headers = { ...version, "upload-offset": "0", "content-type": "application/offset+octet-stream" };
  const sent = await fetch(new URL(location, url), { method: "PATCH", headers, body: bytes });
  if (sent.headers.get("upload-offset") !== String(bytes.byteLength)) throw new Error(`tus took ${sent.status}`);
  return (performance.now() - started) / 1000;
}
