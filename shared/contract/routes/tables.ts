import * as queries from "../query.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";
import * as tables from "../table.ts";
import { pageQuery } from "../values.ts";

export const listTables = defineRoute("listTables", {
  method: "GET",
  path: "/v1/sessions/{session_id}/tables",
  summary: "Tables with their columns",
  tag: "Tables",
  query: pageQuery,
  answer: tables.tablePage,
  problems: sessionProblems,
});

export const getTable = defineRoute("getTable", {
  method: "GET",
  path: "/v1/sessions/{session_id}/tables/{name}",
  summary: "One table with profile and sample rows; with `format` the whole table as a file",
  tag: "Tables",
  query: tables.tableQuery,
  answer: tables.table,
  orAnswer: tables.tableLink,
  redirects: true,
  conditions: ["if-none-match"],
  answerHeaders: ["etag", "location"],
  problems: [...sessionProblems, "table_not_found", "query_timeout", "query_crashed", "result_too_large"],
});

export const query = defineRoute("query", {
  method: "POST",
  path: "/v1/sessions/{session_id}/query",
  summary: "One read-only SQL statement; answers JSON, NDJSON, CSV, XLSX or Parquet, large ones as a file",
  tag: "Tables",
  body: queries.queryRequest,
  answer: queries.queryAnswer,
  otherStatuses: { 201: "The rows are in a new file" },
  answerTypes: Object.values(queries.resultTypes),
  answerHeaders: [
    "location",
    "cubby-row-count",
    "cubby-columns",
    "cubby-column-types",
    "x-next-cursor",
    "content-disposition",
  ],
  problems: [
    ...sessionProblems,
    "statement_refused",
    "statement_failed",
    "query_timeout",
    "query_crashed",
    "result_too_large",
    "invalid_cursor",
    "table_not_found",
    "file_too_large",
    "session_full",
    "user_quota_exceeded",
  ],
});
