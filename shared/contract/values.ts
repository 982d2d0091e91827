/** Values that many requests and answers share. Everything on the wire is snake_case; times are RFC 3339 in UTC. */
import * as z from "zod";
import { USER_ID_PATTERN } from "./id-patterns.ts";
import { whyNotAttribute } from "./json.ts";

export const sessionId = z
  .string()
  .max(64)
  .meta({ description: "Id of a session", example: "session_20261121_093000_k3w5x2mzq7ab4cde" });

export const userId = z
  .string()
  .regex(USER_ID_PATTERN, "must be a user id")
  .meta({ description: "Id of a user", example: "ana" });

export const timestamp = z.string().meta({ description: "RFC 3339, UTC", example: "2026-11-21T09:30:00.000Z" });

const MAX_METADATA_BYTES = 16 * 1024;

/** Free JSON that belongs to the caller; kept as given. */
export const metadata = z
  .record(z.string(), z.json())
  .refine((value) => new TextEncoder().encode(JSON.stringify(value)).length <= MAX_METADATA_BYTES, {
    error: "may be at most 16 KB as JSON",
  })
  .meta({ description: "Free JSON of the caller's own, at most 16 KB" });

/** The same for a session's record, which holds it as an attribute and not as text. */
export const recordMetadata = metadata.superRefine((value, context) => {
  const why = whyNotAttribute(value);
  if (why !== undefined) context.addIssue({ code: "custom", message: why });
});

export const limit = z.coerce.number().int().min(1).max(100).default(20).meta({ description: "Entries in one page" });

export const cursor = z.string().max(2048).meta({ description: "`next_cursor` of the page before" });

export const pageQuery = z.strictObject({ limit, cursor: cursor.optional() });

/** `{data, next_cursor}`; `next_cursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item).meta({ description: "At most `limit` of them" }),
    next_cursor: z.string().nullable().meta({ description: "`cursor` of the next page; null on the last one" }),
  });
}

/** RFC 9457 problem document, with our `code` and the `request_id` that operators can search for. */
export const problemDocument = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem document" });

/** The problem of one item inside an answer that is otherwise a success. */
export const itemProblem = z.looseObject({ code: z.string(), detail: z.string() });
