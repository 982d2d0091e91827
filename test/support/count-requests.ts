import type { Host } from "../../cdk/local/host.ts";
import { startCountingProxy } from "../../cdk/costs/measure/counting-proxy.ts";
import { dynamoOperation, s3Operation } from "../../cdk/costs/measure/operation-names.ts";
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
  const s3 = await startCountingProxy(engines.endpoints.s3, {
    onRequest: ({ message }) => count(s3Operation(message)),
  });
  const dynamodb = await startCountingProxy(engines.endpoints.dynamodb, {
    onRequest: ({ message }) => count(dynamoOperation(message)),
  });
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
      s3.close();
      dynamodb.close();
      await engines.close();
    },
  };
}
