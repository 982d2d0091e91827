import type { QueryParams, ResultFormat } from "../../contract/functions.ts";
import type { ProblemCode } from "../../contract/problems.ts";

/**
 * What parent and child say to each other: one JSON text per line. The parent writes one job to the child's stdin;
 * the child answers on descriptor 3. Lines that start with "[" are rows and those that start with `"` are pieces of
 * text (CSV, NDJSON, the XML of a sheet); all others are a `ControlFrame`. Parquet goes into `outputPath` instead.
 */
export interface QueryJob {
  readonly sql: string;
  readonly params?: QueryParams;
  /** Absent: all rows. */
  readonly limit?: number;
  readonly offset: number;
  readonly format: ResultFormat;
  readonly safeForSpreadsheets?: boolean;
  /** A DuckDB file on this machine. */
  readonly databasePath: string;
  /** The one file that the child may write. */
  readonly outputPath?: string;
  /** Of the whole result. */
  readonly maxBytes: number;
  /** DuckDB's; with one, a statement gives its rows in the same order each time. */
  readonly threads: number;
}

/** One column of an answer. */
export interface QueryColumn {
  readonly name: string;
  /** As DuckDB writes it: `DECIMAL(18,3)`, `STRUCT("a" INTEGER)`. */
  readonly type: string;
}

/** Says that the page is complete. */
export interface QueryEnd {
  readonly row_count: number;
  readonly more: boolean;
  /** Asked again, the statement gives its rows in the same order, with whatever number of threads. */
  readonly stable: boolean;
}

/** A failure that the caller can act on, as it crosses the process border. */
export interface QueryProblem {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly [key: string]: unknown;
}

/** Every line that is not a row. */
export type ControlFrame =
  | { readonly ready: true } // DuckDB is loaded, the child waits for its job
  | { readonly started: true } // the job arrived: from here on the child must not be replaced in silence
  | { readonly columns: readonly QueryColumn[] }
  | { readonly end: QueryEnd }
  | { readonly problem: QueryProblem };

/** Where the child writes its frames. Not stdout, which DuckDB may print to. */
export const frameDescriptor = 3;
