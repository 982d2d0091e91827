import type { QueryParams } from "../../contract/functions.ts";
import type { ProblemCode } from "../../contract/problems.ts";

/**
 * What parent and child say to each other: one JSON text per line. The parent writes one job to the child's stdin;
 * the child answers on descriptor 3. Lines that start with "[" are rows and those that start with `"` are CSV text;
 * all others are a `ControlFrame`.
 */
export interface QueryJob {
  readonly sql: string;
  readonly params?: QueryParams;
  readonly limit: number;
  readonly offset: number;
  readonly format: "json" | "csv";
  /** A DuckDB file on this machine. */
  readonly databasePath: string;
  readonly maxBytes: number;
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
