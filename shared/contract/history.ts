import * as z from "zod";
import { actor } from "./actor.ts";
import { limit, metadata, sessionId, timestamp } from "./values.ts";

export const historyRole = z.enum(["user", "assistant", "system", "event"]).meta({
  description: "Who speaks; `event` is something that happened, with its facts in `metadata`",
});

/**
 * What Cubby itself writes into the metadata of its `event` entries. Clients may send these shapes too, and any other
 * (`chart_id`, `chart_type`, `x_labels`, `y_values`, say); `origin` tells whose word it is.
 */
export const fileUploadEvent = z.object({
  type: z.literal("file_upload"),
  filename: z.string(),
  path: z.string(),
  file_size: z.number(),
  sha256: z.string().nullable(),
});

/** An upload of very many files has one entry for those that have none of their own. */
export const moreUploadsEvent = z.object({ type: z.literal("file_upload"), files: z.number(), bytes: z.number() });

export const fileDeletedEvent = z.object({ type: z.literal("file_deleted"), path: z.string(), file_size: z.number() });

/** The same for a deletion of very many. */
export const moreDeletionsEvent = z.object({ type: z.literal("file_deleted"), files: z.number(), bytes: z.number() });

export const conversionEvent = z.object({
  type: z.literal("conversion"),
  path: z.string(),
  status: z.enum(["converted", "failed"]),
  tables: z.array(z.string()),
  removed_tables: z.array(z.string()).optional().meta({ description: "Tables that the file made before and no more" }),
  output: z.string().optional().meta({ description: "Of a script: where it was put, `workspace/analysis.py`" }),
  report: z.record(z.string(), z.json()).optional().meta({
    description: "What became of the file, as in `GET …/conversions`; shortened where it is long",
  }),
});

export const tablesRemovedEvent = z.object({
  type: z.literal("tables_removed"),
  path: z.string(),
  tables: z.array(z.string()),
});

/** A query's rows went into a file. */
export const queryResultEvent = z.object({
  type: z.literal("query_result"),
  path: z.string(),
  file_size: z.number(),
  sha256: z.string().nullable(),
  rows: z.number(),
});

export const historyEvent = z
  .union([
    queryResultEvent,
    fileUploadEvent,
    moreUploadsEvent,
    fileDeletedEvent,
    moreDeletionsEvent,
    conversionEvent,
    tablesRemovedEvent,
  ])
  .meta({ id: "HistoryEvent" });

const entryId = z.string().meta({
  description: "A UUID of version 7; entries are ordered by it",
  example: "01989f3a-5c00-7d1e-8a2b-3c4d5e6f7081",
});

export const historyEntry = z
  .object({
    entry_id: entryId,
    role: historyRole,
    content: z.string(),
    created_at: timestamp,
    metadata: z.record(z.string(), z.json()).meta({
      description: "As given. Of Cubby's own events: `HistoryEvent`, or `ApprovalEvent`",
    }),
    origin: z.enum(["client", "cubby"]).meta({ description: "Whether a client said so, or Cubby saw it happen" }),
    actor: actor.optional().meta({ description: "Who wrote or caused it; a service also when it acts for a user" }),
  })
  .meta({ id: "HistoryEntry" });

export const MAX_CONTENT_BYTES = 256 * 1024;

export const appendHistoryRequest = z
  .strictObject({
    role: historyRole,
    content: z.string().meta({ description: "At most 256 KB in UTF-8" }),
    metadata: metadata.optional(),
  })
  .refine((entry) => new TextEncoder().encode(entry.content).length <= MAX_CONTENT_BYTES, {
    error: "may be at most 256 KB",
    path: ["content"],
  })
  .meta({ id: "AppendHistory" });

/** A token of ours, an entry_id, or an RFC 3339 time. */
const SINCE_PATTERN = new RegExp(
  [
    "^s1\\.[A-Za-z0-9_-]+$",
    "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d)$",
  ].join("|"),
);

export const listHistoryQuery = z.strictObject({
  limit,
  order: z.enum(["asc", "desc"]).optional().meta({ description: "`asc`, oldest first, or `desc`" }),
  cursor: z.string().max(8192).optional().meta({ description: "`next_cursor` of the page before" }),
  since: z
    .string()
    .max(8192)
    .regex(SINCE_PATTERN, "must be `next_since` of an earlier answer, an entry_id, or an RFC 3339 time")
    .optional()
    .meta({
      description:
        "Only what came after: `next_since` of an earlier answer (each entry exactly once, also one that another " +
        "writer lands a little late), an entry_id, or a time. Poll with it and `If-None-Match`",
    }),
});

export const historyPage = z.object({
  data: z.array(historyEntry),
  next_cursor: z.string().nullable().meta({ description: "The rest of this list; null when there is no more for now" }),
  next_since: z.string().nullable().meta({
    description: "For `since=`: what comes after this page. Null on the later pages of a list that runs backwards",
  }),
});

export const historyCleared = z
  .object({
    session_id: sessionId,
    removed: z.number().int(),
    complete: z.boolean().meta({ description: "False when time ran out: call again" }),
  })
  .meta({ id: "HistoryCleared" });

export type HistoryEntry = z.infer<typeof historyEntry>;
export type HistoryRole = z.infer<typeof historyRole>;
export type HistoryEvent = z.infer<typeof historyEvent>;
export type HistoryPage = z.infer<typeof historyPage>;
