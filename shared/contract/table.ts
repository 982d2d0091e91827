import * as z from "zod";
import { SAFE_FOR_SPREADSHEETS } from "./query.ts";
import { pageOf, timestamp } from "./values.ts";

export const column = z.looseObject({
  name: z.string(),
  type: z.string().meta({ description: "DuckDB's name of the type" }),
  original_name: z.string().nullable().optional(),
  nulls: z.number().optional(),
  distinct: z.number().optional(),
  min: z.json().optional(),
  max: z.json().optional(),
});

export const table = z
  .object({
    name: z.string(),
    source_path: z.string(),
    sheet: z.string().optional(),
    row_count: z.number().int(),
    rejected_rows: z.number().int(),
    rejects_table: z.string().optional().meta({ description: "Where its rejects are: `line`, `raw`, `reason`" }),
    columns: z.array(column),
    sample_rows: z.array(z.array(z.json())),
  })
  .meta({ id: "Table" });

export const tableSummary = table.omit({ sample_rows: true }).meta({ id: "TableSummary" });
export const tablePage = pageOf(tableSummary);

export const tableFormat = z.enum(["csv", "ndjson", "json", "parquet", "xlsx"]);

export const tableQuery = z.strictObject({
  format: tableFormat.optional().meta({ description: "The whole table as a file: redirects to a presigned URL" }),
  redirect: z.enum(["true", "false"]).default("true").meta({ description: "`false`: the URL as JSON" }),
  safe_for_spreadsheets: z.enum(["true", "false"]).default("false").meta({ description: SAFE_FOR_SPREADSHEETS }),
});

/** A table as a file, with `redirect=false`. */
export const tableLink = z
  .object({ url: z.string(), expires_at: timestamp, size_bytes: z.number().int(), format: tableFormat })
  .meta({ id: "TableLink", description: "A presigned URL for one download of a table" });

export type Table = z.infer<typeof table>;
export type TableFormat = z.infer<typeof tableFormat>;
export type TableLink = z.infer<typeof tableLink>;
