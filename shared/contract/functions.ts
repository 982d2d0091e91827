/**
 * What our functions say to each other through Lambda's Invoke API. Snake_case, as everything on a wire.
 * A failure a caller can act on is an answer with `problem`, not a thrown error: a FunctionError is always a fault.
 */
import type { ProblemCode } from "./problems.ts";

/** Direct invoke of `convert`: convert everything pending in this session, unless someone else already does. */
export interface ConvertRequest {
  session_id: string;
  request_id?: string;
}

export interface ConvertResponse {
  session_id: string;
  /** False when another conversion holds the session's lease: it will see the work. */
  lease: boolean;
  /** Published database version after this run, 0 when there is none. */
  database_version: number;
  converted: number;
  failed: number;
}

/** Direct invoke of `query`. It gets everything it needs by URL, because it has no permission of its own. */
export interface QueryRequest {
  sql: string;
  params?: QueryParams;
  /** Rows wanted at most. */
  limit: number;
  /** Rows to skip: the decoded cursor. */
  offset: number;
  format: "json" | "csv";
  /** Presigned GET of the published database, and the name under which it may be kept in /tmp. */
  database_url: string;
  database_key: string;
  timeout_seconds: number;
}

/** Asynchronous invoke of `archive`: build what the plan of this attempt says. What became of it stands in the table. */
export interface ArchiveRequest {
  session_id: string;
  archive_id: string;
  attempt: string;
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
      /** Present for csv: RFC 4180 text with a header line. */
      csv?: string;
      row_count: number;
      /** More rows exist behind this page. */
      more: boolean;
    }
  | { ok: false; problem: { code: ProblemCode; detail: string; [key: string]: unknown } };
