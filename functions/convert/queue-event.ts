import * as z from "zod";
import { parseUploadKey } from "../../shared/aws/object-keys.ts";

/** What SQS hands to Lambda, as far as we read it. */
export interface QueueEvent {
  Records: { messageId: string; body: string }[];
}

/** The messages that SQS is to deliver again. */
export interface QueueAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

const message = z.union([
  z.object({ session_id: z.string() }),
  z.object({ source: z.literal("aws.s3"), detail: z.object({ object: z.object({ key: z.string() }) }) }),
]);

/** The session a message is about; undefined when it is about none, which no retry would change. */
export function parseMessage(body: string): string | undefined {
  const parsed = message.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  if ("session_id" in parsed.data) return parsed.data.session_id;
  return parseUploadKey(parsed.data.detail.object.key)?.sessionId;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
