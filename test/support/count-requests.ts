import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Host } from "../../cdk/local/host.ts";
import { startQuietHost } from "./sweep-on.ts";

/** A host whose requests to its engines are counted on the wire, retries included. */
export interface CountedHost {
  host: Host;
  /** Requests by their names, such as `PutItem` or `DeleteObjects`, since the last call. */
  take(): Record<string, number>;
  close(): Promise<void>;
}

/**
 * Two hosts without a sweep of their own, which would be counted too: one brings the engines, the other reaches them
 * through counting proxies. Ask the second.
 */
export async function startCountedHost(env: Record<string, string> = {}): Promise<CountedHost> {
  const engines = await startQuietHost();
  let counts: Record<string, number> = {};
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const s3 = await startProxy(engines.endpoints.s3, (message) => count(s3Operation(message)));
  const dynamodb = await startProxy(engines.endpoints.dynamodb, (message) => count(dynamoOperation(message)));
  const host = await startQuietHost({
    ...env,
    AWS_ACCESS_KEY_ID: engines.env.AWS_ACCESS_KEY_ID ?? "",
    AWS_SECRET_ACCESS_KEY: engines.env.AWS_SECRET_ACCESS_KEY ?? "",
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
  });
  return {
    host,
    take() {
      const taken = counts;
      counts = {};
      return taken;
    },
    async close() {
      await host.close();
      s3.server.close();
      dynamodb.server.close();
      await engines.close();
    },
  };
}

function dynamoOperation({ headers }: IncomingMessage): string {
  return String(headers["x-amz-target"]).split(".").at(-1) ?? "";
}

/** The operation's name in S3's own terms, for those that Cubby uses. */
function s3Operation({ method, url }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url ?? "/", "http://s3");
  const isObject = pathname.split("/").length > 2 && pathname.split("/")[2] !== "";
  if (searchParams.has("delete")) return "DeleteObjects";
  if (searchParams.has("uploads")) return method === "POST" ? "CreateMultipartUpload" : "ListMultipartUploads";
  if (searchParams.has("uploadId")) return `${method} upload`;
  if (!isObject) return method === "GET" ? "ListObjectsV2" : `${method} bucket`;
  return ({ GET: "GetObject", PUT: "PutObject", HEAD: "HeadObject", DELETE: "DeleteObject" } as const)[method as "GET"];
}

async function startProxy(target: string, onRequest: (message: IncomingMessage) => void) {
  const { hostname, port } = new URL(target);
  const server: Server = createServer((message, response) => {
    onRequest(message);
    const { method, url: path, headers } = message;
    // The headers go on untouched: `host` is part of what the SDK signed.
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    message.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
