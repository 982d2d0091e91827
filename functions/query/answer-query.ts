import type { QueryRequest, QueryResponse } from "../../shared/contract/functions.ts";
import { isAppError } from "../../shared/errors.ts";
import type { QueryJob } from "../../shared/tables/query/frames.ts";
import type { QueryAnswer } from "../../shared/tables/query/query-answer.ts";
import type { QueryRunner } from "../../shared/tables/query/query-runner.ts";
import type { DatabaseCache } from "./database-cache.ts";
import { readQueryRequest } from "./query-request.ts";

/** What answering a query needs. */
export interface QueryDeps {
  readonly databases: DatabaseCache;
  readonly runner: QueryRunner;
  readonly maxInlineBytes: number;
  /** Gets what a caller must not see: the causes of faults. */
  readonly report: (problem: { code: string; detail: string; cause: unknown }) => void;
}

/** Answers one event; `remainingMs` is how long this function itself may still run. */
export type QueryFunction = (event: unknown, remainingMs?: () => number) => Promise<QueryResponse>;

/** Left for the answer itself: being killed by Lambda would be a fault and no explanation. */
const answerMs = 500;

/** One query, answered or explained. Throws only what is a fault of ours. */
export function createQueryFunction(deps: QueryDeps): QueryFunction {
  return async (event, remainingMs = () => Number.POSITIVE_INFINITY) => {
    try {
      const request = readQueryRequest(event);
      const source = { key: request.database_key, url: request.database_url };
      const answer = await deps.databases.with(source, (databasePath) => {
        // A slow download eats into the statement's time, because the function has an end of its own.
        const timeoutMs = Math.min(request.timeout_seconds * 1000, Math.max(1, remainingMs() - answerMs));
        return deps.runner.run(toJob(request, databasePath, deps), { timeoutMs });
      });
      return toResponse(answer, request.format);
    } catch (error) {
      if (!isAppError(error)) throw error;
      const { code, message: detail, details, cause } = error;
      if (cause !== undefined) deps.report({ code, detail, cause });
      return { ok: false, problem: { ...details, code, detail } };
    }
  };
}

function toJob(request: QueryRequest, databasePath: string, { maxInlineBytes }: QueryDeps): QueryJob {
  const { sql, params, limit, offset, format } = request;
  const job = { sql, limit, offset, format, databasePath, maxBytes: maxInlineBytes };
  return params === undefined ? job : { ...job, params };
}

function toResponse({ columns, rows, csv, end }: QueryAnswer, format: QueryRequest["format"]): QueryResponse {
  return {
    ok: true,
    columns: [...columns],
    ...(format === "json" ? { rows } : { csv }),
    row_count: end.row_count,
    more: end.more,
  };
}
