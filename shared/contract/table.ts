import * as z from "zod";
import { SAFE_FOR_SPREADSHEETS } from "./query.ts";
import { pageOf, timestamp } from "./values.ts";

const columnBounds = {
  name: z.string(),
  type: z.string().meta({ description: "DuckDB's name of the type" }),
  original_name: z.string().nullable().optional().meta({ description: "The header cell as it stood in the file" }),
  nulls: z.number().optional(),
  distinct: z.number().optional().meta({ description: "How many values beside NULL" }),
  distinct_is_approximate: z
    .literal(true)
    .optional()
    .meta({ description: "Counted for some values, chosen by hash, and extrapolated" }),
  min: z.json().optional().meta({ description: "The least finite value; dates, decimals and large integers are text" }),
  max: z.json().optional(),
};

export const column = z.looseObject(columnBounds);

const quartiles = z
  .object({ p25: z.number(), p50: z.number(), p75: z.number() })
  .meta({ description: "A quarter, half and three quarters of the numbers are not above these" });

const histogram = z
  .object({ edges: z.array(z.union([z.number(), z.string()])), counts: z.array(z.number().int()) })
  .meta({
    description:
      "At most 20 bins, each from one edge up to the next; edges of dates are text, by steps of the calendar",
    example: { edges: ["2026-01-01", "2026-02-01", "2026-03-01"], counts: [31, 28] },
  });

const topValue = z.object({ value: z.json(), count: z.number().int() });

/** What the conversion found in a column, once. */
export const profiledColumn = z
  .looseObject({
    ...columnBounds,
    non_finite: z.number().int().optional().meta({ description: "How many are NaN or infinite" }),
    mean: z.number().optional(),
    quartiles: quartiles.optional(),
    lengths: z
      .object({ min: z.number(), max: z.number(), mean: z.number() })
      .optional()
      .meta({ description: "Characters of texts, bytes of blobs, elements of lists" }),
    top_values: z
      .array(topValue)
      .optional()
      .meta({
        description: "Values that come more than once, the most frequent first, at most 10; long ones are shortened",
        example: [
          { value: "Lima", count: 5120 },
          { value: "Osaka", count: 4801 },
        ],
      }),
    histogram: histogram.optional(),
    sampled_rows: z
      .number()
      .int()
      .optional()
      .meta({ description: "Quartiles, histogram and top values come from a sample of so many rows, not from all" }),
  })
  .meta({ id: "ProfiledColumn" });

export const table = z
  .object({
    name: z.string(),
    source_path: z.string(),
    sheet: z.string().optional(),
    row_count: z.number().int(),
    rejected_rows: z.number().int(),
    rejects_table: z.string().optional().meta({ description: "Where its rejects are: `line`, `raw`, `reason`" }),
    column_count: z
      .number()
      .int()
      .optional()
      .meta({ description: "How many columns it has, where not all of them are listed" }),
    columns: z.array(profiledColumn),
    sample_rows: z.array(z.array(z.json())),
  })
  .meta({ id: "Table" });

export const tableSummary = table
  .omit({ sample_rows: true })
  .extend({ columns: z.array(column) })
  .meta({ id: "TableSummary" });
export const tablePage = pageOf(tableSummary);

export const tableFormat = z.enum(["csv", "ndjson", "json", "parquet", "xlsx"]);

export const tableQuery = z.strictObject({
  format: tableFormat.optional().meta({
    description:
      "The whole table as a file, if it is made within 23 s: redirects to a presigned URL. Of 6 columns that is about 10 million rows as Parquet, 2 million as CSV or JSON, 1 million as XLSX",
  }),
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
