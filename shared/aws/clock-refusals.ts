/**
 * An engine refuses what is signed by a wrong time. The SDK learns the engine's own time from every answer and signs by
 * it, but it tries again only where a clock has just gone wrong: one that is set right, while the SDK still signs by how
 * wrong it was, is a refusal that nobody planned.
 */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";

/** S3 takes signatures that are up to fifteen minutes off; the answer's own time is a little later, and cut to the second. */
const REFUSED_BEYOND_MS = 14 * 60_000;

/** What the SDK throws for an answer that is an error. */
interface AnsweredError extends Error {
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
  $retryable?: { throttling: boolean };
}

interface Signed {
  method: string;
  headers: Record<string, string>;
}

/** Has the SDK sign such a request anew, by the time of the refusal. */
export function retryClockRefusals<Client extends S3Client | DynamoDBClient>(client: Client): Client {
  const { middlewareStack } = client as S3Client;
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof Error && isClockRefusal(error, args.request as Signed)) {
          (error as AnsweredError).$retryable = { throttling: false };
        }
        throw error;
      }
    },
    // Between the retries, and the SDK's own look at the engine's time, on one side and the answer on the other.
    { step: "finalizeRequest", name: "retryClockRefusals", priority: "low" },
  );
  return client;
}

/**
 * Whether a signed request was refused for its time. S3 says so in an answer's body, and the answer to a HEAD has none:
 * by its 403 alone it looks like a missing permission, so the two times tell.
 */
export function isClockRefusal(error: AnsweredError, { method, headers }: Signed): boolean {
  const { name, message, $metadata, $response } = error;
  if (name === "RequestTimeTooSkewed") return true;
  if (name === "InvalidSignatureException") return /^Signature (expired|not yet current)/.test(message);
  if (method !== "HEAD" || $metadata?.httpStatusCode !== 403) return false;
  const answeredAt = Date.parse($response?.headers?.date ?? "");
  const differenceMs = Math.abs(answeredAt - parseAmzDate(headers["x-amz-date"] ?? ""));
  return differenceMs > REFUSED_BEYOND_MS; // false where one of them is unknown
}

/** `20261122T091500Z` → milliseconds; NaN for anything else. */
function parseAmzDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
