import * as z from "zod";
import { conversionState } from "./file.ts";
import { scriptReport } from "./script.ts";
import { itemProblem, pageOf } from "./values.ts";

/** `B3:F20`, `B3` (from there on), `A:F` or `3:20`. */
const RANGE_PATTERN =
  /^([A-Za-z]{1,3}[1-9]\d{0,6}(:[A-Za-z]{1,3}([1-9]\d{0,6})?)?|[A-Za-z]{1,3}:[A-Za-z]{1,3}|[1-9]\d{0,6}:[1-9]\d{0,6})$/;

/** A name of the WHATWG's Encoding Standard: `windows-1250`, `shift_jis`, `utf-16le`. */
function isKnownEncoding(label: string): boolean {
  try {
    return new TextDecoder(label) !== undefined;
  } catch {
    return false;
  }
}

const delimiter = z
  .string()
  .min(1)
  .max(8)
  .refine((text) => !/["\r\n\0]/.test(text), { error: "may hold no quote and no line break" })
  .meta({ description: "What stands between two cells: one character or several", example: ";" });

const quote = z
  .string()
  .max(1)
  .refine((text) => !/[\r\n\0]/.test(text), { error: "may be no line break" })
  .meta({ description: "The quote, or an empty text for a file without quotes" });

const encoding = z
  .string()
  .max(40)
  .refine(isKnownEncoding, { error: "must be an encoding's name, such as utf-8, windows-1252 or shift_jis" })
  .meta({ description: "A name of the WHATWG's Encoding Standard", example: "windows-1250" });

const types = z.record(z.string().max(1000), z.string().min(1).max(100)).meta({
  description:
    "Type by column, named as in the table or as in the file: VARCHAR, BIGINT, HUGEINT, DOUBLE, DECIMAL(p,s), " +
    "BOOLEAN, DATE, TIME, TIMESTAMP; with its spelling also `DATE(%d/%m/%Y)`. It must fit every row",
  example: { zip: "VARCHAR", booked: "DATE(%d/%m/%Y)" },
});

/**
 * How a file is to be read where looking at it does not find out. What is left out is found by looking. A setting that
 * the file does not bear makes the conversion fail, with a reason that names the setting, and the tables stay as they
 * were.
 */
export const conversionSettings = z.strictObject({
  sheet: z.string().max(255).optional().meta({
    description: "The sheet that these settings are for; the others keep theirs. Without it they are for every sheet",
  }),
  range: z
    .string()
    .regex(RANGE_PATTERN, "must be a range such as B3:F20, B3, A:F or 3:20")
    .optional()
    .meta({ description: "The cells of a sheet to read, header included", example: "B3:F20" }),
  header_row: z.number().int().min(1).max(10_000_000).nullable().optional().meta({
    description: "Line of the file or row of the sheet, from 1, that holds the names; null where none does",
  }),
  delimiter: delimiter.optional(),
  quote: quote.optional(),
  encoding: encoding.optional(),
  decimal: z.enum([".", ","]).optional().meta({ description: "What stands before the decimals" }),
  types: types.optional(),
  nulls: z
    .array(z.string().max(100))
    .max(100)
    .optional()
    .meta({
      description: "Spellings of NULL beside the empty cell, in columns of text too; none but these",
      example: ["-"],
    }),
  all_text: z.boolean().optional().meta({ description: "Every column VARCHAR, every cell as it stands" }),
  percent: z.boolean().optional().meta({ description: "Reads `12.5%` as the number 0.125" }),
  currency: z.boolean().optional().meta({ description: "Reads `€ 1,234.50` as the number 1234.5" }),
  flatten: z.boolean().optional().meta({ description: "Fields of nested objects as columns: `address.city`" }),
});

/** The settings that stay with a file: for all of it, and for single sheets; each replaces the one of its scope. */
export const storedSettings = z.array(conversionSettings);

export const conversionRequest = conversionSettings
  .extend({
    path: z.string().max(2048).meta({ description: "Which file: `folder/name`", example: "uploads/sales.csv" }),
    preview: z.boolean().default(false).meta({
      description: "Answers the first 100 rows and the report, and changes nothing. Large files: by their beginning",
    }),
  })
  .meta({ id: "ConversionRequest" });

/** One column as it was read. */
export const columnReport = z.looseObject({
  name: z.string(),
  original_name: z.string().nullable(),
  type: z.string(),
  evidence: z.string().optional().meta({ description: "What in the file speaks for the type" }),
  null_spellings: z.array(z.string()).optional(),
});

const reject = z.object({ line: z.number(), raw: z.string(), reason: z.string() });

/** One sheet of a workbook; `table` is absent where the sheet holds no cells. */
export const sheetReport = z.looseObject({
  sheet: z.string(),
  sheet_order: z.number().int(),
  hidden: z.boolean(),
  table: z.string().optional(),
  rows: z.number().int(),
  columns: z.array(columnReport),
  warnings: z.array(z.string()),
  rejected_rows: z.number().int(),
  header_row: z.number().int().nullable().optional(),
  skipped_rows: z.number().int().optional(),
  seconds: z.number().optional(),
});

export const conversionReport = z
  .looseObject({
    path: z.string(),
    state: conversionState,
    tables: z.array(z.string()),
    reason: itemProblem.optional(),
    kind: z.string().optional(),
    settings: storedSettings.optional().meta({ description: "What was asked for, and stays with the file" }),
    sheets: z.array(sheetReport).optional(),
    encoding: z.string().optional(),
    encoding_evidence: z.string().optional().meta({ description: "What speaks for the encoding" }),
    delimiter: z.string().optional(),
    quote: z.string().optional(),
    header_row: z.number().int().nullable().optional().meta({ description: "Line of the header, or null" }),
    skipped_lines: z.number().int().optional(),
    preamble: z.array(z.string()).optional().meta({ description: "The first of the lines that were skipped" }),
    reader: z.enum(["strict", "tolerant"]).optional(),
    columns: z.array(columnReport).optional(),
    rows: z.number().int().optional(),
    rejected_rows: z.number().int().optional(),
    rejects: z.array(reject).optional().meta({ description: "The first 20; all of them are in `rejects_tables`" }),
    rejects_tables: z.array(z.string()).optional(),
    warnings: z.array(z.string()).optional(),
    seconds: z.number().optional(),
    script: scriptReport.optional().meta({ description: "Of Python scripts and notebooks alone" }),
  })
  .meta({ id: "ConversionReport" });

export const conversionPage = pageOf(conversionReport);

/** The first rows of one table that a conversion would make. */
export const tablePreview = z.object({
  name: z.string(),
  sheet: z.string().optional(),
  columns: z.array(columnReport),
  rows: z.array(z.array(z.json())).meta({ description: "Values as in the answer to a query; longer texts end in …" }),
});

export const conversionAnswer = conversionReport
  .extend({
    preview: z
      .object({
        complete: z.boolean().meta({ description: "False where only the beginning of the file was read" }),
        tables: z.array(tablePreview),
      })
      .optional(),
  })
  .meta({ id: "ConversionAnswer" });

export type ConversionSettings = z.infer<typeof conversionSettings>;
export type ConversionBody = z.infer<typeof conversionRequest>;
export type TablePreview = z.infer<typeof tablePreview>;
