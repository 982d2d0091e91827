import * as z from "zod";
import { cursor, pageOf } from "./values.ts";

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

const queryValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const MAX_QUERY_ROWS = 100_000;

export const queryRequest = z
  .strictObject({
    sql: z.string().min(1).max(100_000),
    params: z
      .union([z.array(queryValue), z.record(z.string(), queryValue)])
      .optional()
      .meta({ description: "Values for $1, $2 … (list) or $name (object)" }),
    limit: z.number().int().min(1).max(MAX_QUERY_ROWS).default(1000),
    cursor: cursor.optional(),
    format: z.enum(["json", "csv"]).default("json"),
  })
  .meta({ id: "Query" });

export const queryAnswer = z
  .object({
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z
      .array(z.array(z.json()))
      .meta({ description: "Values JSON cannot hold exactly (large integers, decimals, dates) are strings" }),
    row_count: z.number().int(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: "QueryAnswer" });

export type Table = z.infer<typeof table>;
export type QueryBody = z.infer<typeof queryRequest>;
