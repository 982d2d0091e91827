/**
 * What a conversion says about what it did. Plain data in snake_case: it goes on the wire, into DynamoDB and into
 * `DATABASE_SUMMARY.md` as it stands, so every value is one that JSON holds exactly.
 */

import type { ConversionSettings } from "../contract/conversion.ts";
import type { ScriptCode, ScriptReport } from "../contract/script.ts";

/** Why a file did not become tables. The code never changes meaning; the detail is a sentence for a person. */
export interface ConversionReason {
  code: ConversionReasonCode;
  detail: string;
  /** Which setting the file does not bear, where that is the reason. */
  setting?: string;
}

export type ConversionReasonCode =
  | ScriptCode
  | "not_tabular" // nothing wrong with it: stored, not converted
  | "empty_file"
  | "unreadable_text"
  | "unreadable_workbook"
  | "unreadable_json"
  | "unreadable_parquet"
  | "too_deep"
  | "too_large"
  | "too_wide"
  | "setting_not_possible"
  | "rows_lost" // the loss check failed even for the tolerant reader
  | "process_ended" // it ended each conversion that read it, alone, again and again
  | "internal";

/** What detection found a file to be; see `detect-kind.ts`. */
export type FileKind =
  | "delimited"
  | "workbook"
  | "json"
  | "parquet"
  | "archive"
  | "database"
  | "script"
  | "text"
  | "other";

/** One column as it was read: the chosen type, and what in the file speaks for it. */
export interface ColumnReport {
  name: string;
  /** The header cell as it stood in the file; null where there was none. */
  original_name: string | null;
  /** DuckDB's name of the type. */
  type: string;
  evidence?: string;
  /** Spellings beside the empty cell that became NULL, `NA` say. */
  null_spellings?: string[];
}

/** A record that is not in the table, kept word for word. */
export interface Reject {
  /** Line in the file at which the record begins, from 1. */
  line: number;
  raw: string;
  reason: string;
}

/** One sheet of a workbook. `table` is absent where the sheet holds no cells. */
export interface SheetReport {
  sheet: string;
  /** Position in the workbook, from 1. */
  sheet_order: number;
  hidden: boolean;
  table?: string;
  rows: number;
  columns: ColumnReport[];
  warnings: string[];
  rejected_rows: number;
  /** Row of the header from 1, or null where the sheet has none. */
  header_row?: number | null;
  /** Rows above the table that are no data. */
  skipped_rows?: number;
  seconds?: number;
}

/** What became of one source file. */
export interface FileReport {
  path: string;
  status: "converted" | "failed" | "none";
  kind: FileKind;
  /** What was asked for; absent where nothing was. */
  settings?: readonly ConversionSettings[];
  tables: string[];
  sheets?: SheetReport[];
  encoding?: string;
  /** What speaks for the encoding: a mark, every byte, or words that make sense. */
  encoding_evidence?: string;
  delimiter?: string;
  quote?: string;
  /** Line of the header from 1, or null where the file has none. */
  header_row?: number | null;
  /** Lines before the header or the first record that are no data: titles, notes. */
  skipped_lines?: number;
  /** The first of those lines, shortened. */
  preamble?: string[];
  columns?: ColumnReport[];
  /** Which reader filled the table; `tolerant` says that the strict one refused, and a warning says why. */
  reader?: "strict" | "tolerant";
  rejected_rows: number;
  /** Where all rejects are, to be asked for by SQL. */
  rejects_tables?: string[];
  /** The first rejects, at most 20; all of them are counted in `rejected_rows`. */
  rejects?: Reject[];
  warnings: string[];
  reason?: ConversionReason;
  /** Of a Python script or notebook: its reads of files, and what became of each. */
  script?: ScriptReport;
  rows: number;
  seconds: number;
  /** Some of it was left out to fit where it is told. */
  shortened?: boolean;
}

/** A value of a profile: what JSON cannot hold exactly (large integers, decimals, dates) is text. */
export type ProfileValue = string | number | boolean | null;

/** How a column's values lie; absent is what its type does not have, or what nobody would learn from. */
export interface ColumnSpread {
  /** Of numbers: a quarter, half and three quarters of them are not above these. */
  quartiles?: { p25: number; p50: number; p75: number };
  /** At most 20 bins from each edge up to the next; one more edge than counts. Dates are text. */
  histogram?: { edges: (number | string)[]; counts: number[] };
}

export interface ColumnProfile extends ColumnSpread {
  name: string;
  original_name: string | null;
  type: string;
  nulls: number;
  /** Distinct values beside NULL. */
  distinct: number;
  /** Counted for some values by their hash, and extrapolated. */
  distinct_is_approximate?: true;
  /** Of finite values. */
  min: ProfileValue;
  max: ProfileValue;
  /** NaN and the infinities. */
  non_finite?: number;
  /** Of finite numbers, as a double. */
  mean?: number;
  /** Characters of texts, bytes of blobs, elements of lists. */
  lengths?: { min: number; max: number; mean: number };
  /** Values that come more than once, the most frequent first, at most 10. */
  top_values?: { value: ProfileValue; count: number }[];
  /** So many rows were looked at for quartiles, histogram and top values; absent where all were. */
  sampled_rows?: number;
}

/** One table of the database as clients see it. */
export interface TableProfile {
  name: string;
  source_path: string;
  sheet?: string;
  row_count: number;
  columns: ColumnProfile[];
  sample_rows: ProfileValue[][];
  rejected_rows: number;
  /** Where its rejects are: line, raw text and reason of each. */
  rejects_table?: string;
  /** What a reader of the table should know: mixed columns, ambiguous dates, padded rows. */
  warnings: string[];
}
