import type { QueryRequest, QueryResponse } from "../../shared/contract/functions.ts";
import { isAppError } from "../../shared/errors.ts";
import type { QueryAnswer } from "../../shared/tables/query/query-answer.ts";
import type { QueryRunner } from "../../shared/tables/query/query-runner.ts";
import type { DatabaseCache } from "./database-cache.ts";
import { readQueryRequest } from "./query-request.ts";

export interface QueryDeps {
  readonly databases: DatabaseCache;
  readonly runner: QueryRunner;
  readonly maxInlineBytes: number;
  /** Gets what a caller must not see: the causes of faults. */
  readonly report: (problem: { code: string; detail: string; cause: unknown }) => void;
}

/** One query, answered or explained. Throws only what is a fault of ours. */
export function createQueryFunction(deps: QueryDeps): (event: unknown) => Promise<QueryResponse> {
  return async (event) => {
    try {
      const request = readQueryRequest(event);
      const source = { key: request.database_key, url: request.database_url };
      const answer = await deps.databases.with(source, (path) => runOn(path, request, deps));
      return toResponse(answer, request.format);
    } catch (error) {
      if (!isAppError(error)) throw error;
      const { code, message: detail, details, cause } = error;
      if (cause !== undefined) deps.report({ code, detail, cause });
      return { ok: false, problem: { ...details, code, detail } };
    }
  };
}

function runOn(databasePath: string, request: QueryRequest, deps: QueryDeps): Promise<QueryAnswer> {
  const { sql, params, limit, offset, format, timeout_seconds } = request;
  const job = { sql, limit, offset, format, databasePath, maxBytes: deps.maxInlineBytes };
  return deps.runner.run(params === undefined ? job : { ...job, params }, { timeoutMs: timeout_seconds * 1000 });
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
