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
  summary: "One table with profile and sample rows",
  tag: "Tables",
  answer: tables.table,
  problems: [...sessionProblems, "table_not_found"],
});

export const query = defineRoute("query", {
  method: "POST",
  path: "/v1/sessions/{session_id}/query",
  summary: "One read-only SQL statement; `format: csv` answers text/csv",
  tag: "Tables",
  body: tables.queryRequest,
  answer: tables.queryAnswer,
  problems: [
    ...sessionProblems,
    "statement_refused",
    "statement_failed",
    "query_timeout",
    "query_crashed",
    "result_too_large",
    "invalid_cursor",
  ],
});
