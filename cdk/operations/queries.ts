/** What is asked of the logs, as plain data: a test holds each to the lines that the functions write. */
import type { FunctionName } from "../topology.ts";

/** A query as the console lists it, and whose logs it reads. */
export interface SavedQuery {
  readonly name: string;
  readonly logsOf: readonly FunctionName[];
  readonly query: {
    readonly fields?: readonly string[];
    readonly filterStatements: readonly string[];
    readonly statsStatements?: readonly string[];
    readonly sort: string;
    readonly limit?: number;
  };
}

const all: FunctionName[] = ["api", "authorizer", "convert", "query", "archive", "sweep", "purge"];

/** A request's line, and what is told of a route's: drawn on the dashboard, too. */
export const requestLines = 'message = "Request"';
export const routeFigures =
  "count(*) as requests, sum(status >= 500) as failed, pct(milliseconds, 50) as p50_ms, pct(milliseconds, 99) as p99_ms by method, route";

/** What an operator asks of the logs, ready in Logs Insights under `cubby/<stage>/`. */
export const savedQueries = [
  {
    name: "slowest requests",
    logsOf: ["api"],
    query: {
      fields: ["@timestamp", "milliseconds", "method", "route", "status", "session_id", "request_id"],
      filterStatements: [requestLines],
      sort: "milliseconds desc",
      limit: 50,
    },
  },
  {
    name: "requests by route",
    logsOf: ["api"],
    query: {
      filterStatements: [requestLines],
      statsStatements: [routeFigures],
      sort: "requests desc",
      limit: 100,
    },
  },
  {
    name: "failed requests",
    logsOf: ["api"],
    query: {
      fields: ["@timestamp", "message", "route", "status", "error.name", "error.message", "request_id"],
      filterStatements: ['level = "ERROR" or status >= 500'],
      sort: "@timestamp desc",
      limit: 100,
    },
  },
  {
    name: "security events by caller",
    logsOf: ["api"],
    query: {
      filterStatements: ['message = "Security event"'],
      statsStatements: [
        "count(*) as refusals, count_distinct(session_id) as sessions by security_event, caller, route",
      ],
      sort: "refusals desc",
      limit: 100,
    },
  },
  {
    name: "failed conversions by reason",
    logsOf: ["convert"],
    query: {
      filterStatements: ['message = "File not converted"'],
      statsStatements: ["count(*) as files, count_distinct(session_id) as sessions by code"],
      sort: "files desc",
    },
  },
  {
    name: "one session's whole life",
    logsOf: all,
    query: {
      fields: ["@timestamp", "service", "message", "route", "status", "milliseconds", "request_id"],
      filterStatements: ['session_id = "session_…"'],
      sort: "@timestamp asc",
      limit: 1000,
    },
  },
  {
    name: "sweep reports",
    logsOf: ["sweep"],
    query: {
      fields: [
        "@timestamp",
        "duration_ms",
        "complete",
        "remaining",
        "oldest_due_seconds",
        "errors",
        "objects",
        "bytes",
      ],
      filterStatements: ['message = "Swept" or message = "Sweep skipped"'],
      sort: "@timestamp desc",
      limit: 100,
    },
  },
] as const satisfies readonly SavedQuery[];
