import * as z from "zod";
import { file } from "./file.ts";
import { cursor, timestamp } from "./values.ts";

const queryValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** In one answer; a file takes any number. */
export const MAX_QUERY_ROWS = 100_000;
export const DEFAULT_QUERY_ROWS = 1000;

export const SAFE_FOR_SPREADSHEETS = "Marks texts that a spreadsheet would take for formulas as texts (csv, xlsx)";

export const queryRequest = z
  .strictObject({
    sql: z
      .string()
      .min(1)
      .max(100_000)
      .meta({ description: "One statement that reads, in DuckDB's SQL", example: "SELECT * FROM sales" }),
    params: z
      .union([z.array(queryValue), z.record(z.string(), queryValue)])
      .optional()
      .meta({ description: "Values for $1, $2 … (list) or $name (object)" }),
    limit: z
      .number()
      .int()
      .min(1)
      .optional()
      .meta({
        description: `Rows: ${DEFAULT_QUERY_ROWS} unless given, at most ${MAX_QUERY_ROWS}. Of a file: all unless given, any number`,
      }),
    cursor: cursor.optional(),
    format: z
      .enum(["json", "ndjson", "csv", "xlsx", "parquet"])
      .default("json")
      .meta({ description: "What the rows come as" }),
    output: z
      .enum(["auto", "inline", "file"])
      .default("auto")
      .meta({
        description:
          "`inline`: in the answer, at most 4 MiB. `file`: in a file of `outputs/single`, of which the answer tells (201). " +
          "`auto`: in the answer if it fits, else in a file",
      }),
    safe_for_spreadsheets: z.boolean().default(false).meta({ description: SAFE_FOR_SPREADSHEETS }),
  })
  .refine(({ limit, output }) => output === "file" || (limit ?? 0) <= MAX_QUERY_ROWS, {
    error: `may be at most ${MAX_QUERY_ROWS}, unless \`output\` is file`,
    path: ["limit"],
  })
  .meta({ id: "Query" });

export const queryAnswer = z
  .object({
    columns: z
      .array(
        z.object({ name: z.string(), type: z.string().meta({ description: "As DuckDB names it: `DECIMAL(18,2)`" }) }),
      )
      .meta({ description: "In the order of the values of each row" }),
    rows: z.array(z.array(z.json())).meta({
      description:
        "Values JSON cannot hold exactly (large integers, decimals, dates) are strings. Empty where there is a `file`",
    }),
    row_count: z.number().int().meta({ description: "Rows of this answer, or of its file" }),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: "`cursor` of the next rows; null where these are the last" }),
    file: file.optional().meta({ description: "Where the rows are instead" }),
    url: z.string().optional().meta({ description: "Presigned, for one download of the file" }),
    expires_at: timestamp.optional().meta({ description: "Until when the URL is good" }),
  })
  .meta({ id: "QueryAnswer" });

/** Media types of results that are not values in JSON. */
export const resultTypes = {
  ndjson: "application/x-ndjson",
  csv: "text/csv; charset=utf-8; header=present",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  parquet: "application/vnd.apache.parquet",
} as const;

export type QueryBody = z.infer<typeof queryRequest>;
export type QueryAnswer = z.infer<typeof queryAnswer>;
