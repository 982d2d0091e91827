import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Host } from "../../../cdk/local/host.ts";

const version = { "tus-resumable": "1.0.0" };

export interface Tus {
  upload(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The body of what was uploaded last. */
  download(): Promise<ReadableStream<Uint8Array> | null>;
  close(): void;
}

/**
 * The reference tus server and its S3 store in a process of their own, on the host's engine: what one takes who builds
 * resumable uploads without Cubby. The bytes pass through the server, as they do there.
 */
export async function startTus({ env, endpoints }: Host): Promise<Tus> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, SESSION_BUCKET } = env;
  const server = fork(join(import.meta.dirname, "tus-server.ts"), {
    execArgv: [],
    env: { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, SESSION_BUCKET, AWS_ENDPOINT_URL_S3: endpoints.s3 },
  });
  const [port] = (await once(server, "message")) as [number];
  const url = `http://127.0.0.1:${port}/files`;
  let file = url;
  return {
    async upload(bytes) {
      file = await begin(url, bytes.byteLength);
      const headers = { ...version, "upload-offset": "0", "content-type": "application/offset+octet-stream" };
      const sent = await fetch(file, { method: "PATCH", headers, body: bytes });
      if (sent.headers.get("upload-offset") !== String(bytes.byteLength)) throw new Error(`tus took ${sent.status}`);
    },
    download: async () => (await fetch(file, { headers: version })).body,
    close: () => void server.kill(),
  };
}

async function begin(url: string, length: number): Promise<string> {
  const created = await fetch(url, { method: "POST", headers: { ...version, "upload-length": String(length) } });
  const location = created.headers.get("location");
  if (created.status !== 201 || location === null) throw new Error(`tus answered ${created.status}`);
  return new URL(location, url).href;
}
