/**
 * What our functions say to each other through Lambda's Invoke API. Snake_case, as everything on a wire.
 * A failure a caller can act on is an answer with `problem`, not a thrown error: a FunctionError is always a fault.
 */
import type { ConversionSettings, TablePreview } from "./conversion.ts";
import type { ProblemCode } from "./problems.ts";

/** Direct invoke of `convert`: convert everything pending in this session, unless someone else already does. */
export interface ConvertRequest {
  session_id: string;
  request_id?: string;
}

/** Direct invoke of `convert`: what it would make of one file with these settings. Nothing is stored. */
export interface PreviewRequest {
  preview: {
    session_id: string;
    path: string;
    /** The content that is meant; another one is not previewed. */
    etag: string;
    settings: ConversionSettings[];
    /** The only sheet that is asked for. */
    sheet?: string;
  };
}

export type PreviewResponse =
  | { ok: true; report: Record<string, unknown>; complete: boolean; tables: TablePreview[] }
  | { ok: false; problem: { code: ProblemCode; detail: string } };

export interface ConvertResponse {
  session_id: string;
  /** False when another conversion holds the session's lease: it will see the work. */
  lease: boolean;
  /** Published database version after this run, 0 when there is none. */
  database_version: number;
  converted: number;
  failed: number;
}

/** How a result leaves: `json` as values, the others as bytes of a file. */
export type ResultFormat = "json" | "ndjson" | "csv" | "xlsx" | "parquet";

/** Direct invoke of `query`. It gets everything it needs by URL, because it has no permission of its own. */
export interface QueryRequest {
  sql: string;
  params?: QueryParams;
  /** Rows wanted at most; absent: all of them. */
  limit?: number;
  /** Rows to skip: the decoded cursor. */
  offset: number;
  format: ResultFormat;
  /** Texts that a spreadsheet would take for formulas are marked as texts (`csv`, `xlsx`). */
  safe_for_spreadsheets?: boolean;
  /** Inside the answer, in a file behind `upload`, or in the answer as far as it fits into one. */
  output: "inline" | "file" | "auto";
  /** A presigned form for the file, unless `output` is `inline`. */
  upload?: { url: string; fields: Record<string, string>; max_bytes: number };
  /** Presigned GET of the published database, and the name under which it may be kept in /tmp. */
  database_url: string;
  database_key: string;
  timeout_seconds: number;
  /** For the log. */
  request_id?: string;
}

/** Asynchronous invoke of `archive`: build what the plan of this attempt says. What became of it stands in the table. */
export interface ArchiveRequest {
  session_id: string;
  archive_id: string;
  attempt: string;
  request_id?: string;
}

/** What was uploaded by the request's form. */
export interface ResultFile {
  size_bytes: number;
  sha256: string;
}

export type QueryParams = QueryValue[] | Record<string, QueryValue>;
export type QueryValue = string | number | boolean | null;

export type QueryResponse =
  | {
      ok: true;
      columns: { name: string; type: string }[];
      /**
       * Present for json. What JSON cannot hold exactly is a string: integers beyond 2^53 - 1, HUGEINT (so any `sum` of
       * integers), DECIMAL, dates and times (ISO 8601), BLOB (base64).
       */
      rows?: unknown[][];
      /** Present for ndjson, and for csv: RFC 4180 text with a header line. */
      text?: string;
      /** Present for xlsx and parquet. */
      base64?: string;
      /** In place of all three: it went into a file. */
      file?: ResultFile;
      row_count: number;
      /** More rows exist behind this page. */
      more: boolean;
    }
  | { ok: false; problem: { code: ProblemCode; detail: string; [key: string]: unknown } };
