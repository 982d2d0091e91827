import * as z from "zod";
import { platform, sessionStatus } from "./session.ts";
import { itemProblem, sessionId, timestamp } from "./values.ts";

/** The columns of a session in CSV: exactly these, in this order. The last two hold JSON. */
export const SESSION_COLUMNS = [
  "session_id",
  "user_id",
  "platform",
  "thread_id",
  "created_at",
  "last_activity",
  "pending_approval",
  "metadata",
] as const;

export const exportFormat = z.enum(["csv", "json"]);

/** As many parts as an export can be taken in; they are the shards of the table's index of sessions. */
export const EXPORT_PARTS = 16;

export const exportSessionsQuery = z.strictObject({
  format: exportFormat
    .default("csv")
    .meta({ description: "csv: one row each; json: the shape of a `sessions.json` file, with each session's history" }),
  safe: z
    .enum(["true", "false"])
    .default("false")
    .meta({ description: "true puts an apostrophe before what a spreadsheet would take for a formula (CSV only)" }),
  user_id: z.string().min(1).max(256).optional().meta({ description: "Only sessions of this user" }),
  platform: platform.optional(),
  status: sessionStatus.exclude(["deleting"]).optional().meta({ description: "Only sessions of this status" }),
  part: z.coerce.number().int().min(1).max(EXPORT_PARTS).optional().meta({
    description: "One of sixteen parts, which together are all sessions: for more than one request can write",
  }),
  redirect: z.enum(["true", "false"]).default("true").meta({ description: "false answers the URL as JSON" }),
});

export const exportLink = z
  .object({ url: z.string(), expires_at: timestamp, sessions: z.number().int(), size_bytes: z.number().int() })
  .meta({ id: "ExportLink", description: "A presigned URL for one download of an export" });

export const importFormat = z.enum(["csv", "json", "ndjson"]);

export const importSessionsQuery = z.strictObject({
  format: importFormat.optional().meta({ description: "Needed where the content type does not say it" }),
  default_platform: platform.default("api").meta({ description: "For rows that name no platform" }),
  default_user_id: z.string().min(1).max(256).optional().meta({ description: "For rows that name no user" }),
  first_row: z.coerce
    .number()
    .int()
    .min(1)
    .default(1)
    .meta({ description: "Number of the first row: for the second and later pieces of a file" }),
});

export const importStatus = z.enum(["imported", "unchanged", "skipped", "refused"]);

/** What became of one row. */
export const importedRow = z
  .object({
    row: z.number().int().meta({ description: "Counted from 1, without the header" }),
    session_id: sessionId.nullable(),
    status: importStatus,
    reason: z
      .enum(["exists", "deleted", "expired", "out_of_time"])
      .optional()
      .meta({ description: "Why a row was skipped" }),
    detail: z.string().optional(),
    problem: itemProblem.optional().meta({ description: "Why a row was refused" }),
  })
  .meta({ id: "ImportedRow" });

export const importAnswer = z
  .object({
    counts: z.object({
      imported: z.number().int(),
      unchanged: z.number().int(),
      skipped: z.number().int(),
      refused: z.number().int(),
    }),
    rows: z.array(importedRow).meta({ description: "Refused rows first, then skipped ones, then the others" }),
    rows_left_out: z.number().int().meta({ description: "Rows that are counted but not listed, from the end" }),
    ignored: z.array(z.string()).meta({ description: "Columns or fields that nothing was taken from" }),
  })
  .meta({ id: "ImportAnswer" });

export type ExportQuery = z.infer<typeof exportSessionsQuery>;
export type ExportFormat = z.infer<typeof exportFormat>;
export type ImportQuery = z.infer<typeof importSessionsQuery>;
export type ImportFormat = z.infer<typeof importFormat>;
export type ImportedRow = z.infer<typeof importedRow>;
export type ImportAnswer = z.infer<typeof importAnswer>;
