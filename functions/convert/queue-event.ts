import * as z from "zod";
import { parseUploadingKey, parseUploadKey } from "../../shared/aws/object-keys.ts";

/** What SQS hands to Lambda, as far as we read it. */
export interface QueueEvent {
  Records: { messageId: string; body: string }[];
}

/** The messages that SQS is to deliver again. */
export interface QueueAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

const message = z.union([
  z.object({
    session_id: z.string(),
    uploads: z.boolean().optional(),
    database: z.boolean().optional(),
    request_id: z.string().optional(),
  }),
  z.object({ source: z.literal("aws.s3"), detail: z.object({ object: z.object({ key: z.string() }) }) }),
]);

/** What there is to do for a session before its files are converted. */
export interface Errand {
  sessionId: string;
  /** Its uploads in progress want to be looked at. */
  uploads?: boolean;
  /** Its published database is not in the bucket: it wants another one, though nothing may wait. */
  database?: boolean;
  /** Where a form put its bytes. */
  arrived?: string;
  /** The HTTP request that asked for it. */
  requestId?: string | undefined;
}

/** What a message asks for; undefined when it is about no session, which no retry would change. */
export function parseMessage(body: string): Errand | undefined {
  const parsed = message.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  if ("session_id" in parsed.data) {
    const { session_id: sessionId, uploads = false, database = false, request_id: requestId } = parsed.data;
    const wishes = { ...(uploads && { uploads }), ...(database && { database }) };
    return { sessionId, ...wishes, ...(requestId !== undefined && { requestId }) };
  }
  const { key } = parsed.data.detail.object;
  const form = parseUploadingKey(key);
  if (form !== undefined) return { sessionId: form.sessionId, arrived: key };
  const sessionId = parseUploadKey(key)?.sessionId;
  return sessionId === undefined ? undefined : { sessionId };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
