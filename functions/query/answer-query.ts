import type { QueryRequest, QueryResponse } from "../../shared/contract/functions.ts";
import { isAppError } from "../../shared/errors.ts";
import type { QueryJob } from "../../shared/tables/query/frames.ts";
import { queryLimits } from "../../shared/tables/query/limits.ts";
import type { QueryRunner } from "../../shared/tables/query/query-runner.ts";
import { tooLargeInline } from "../../shared/tables/query/stream-limits.ts";
import type { DatabaseCache } from "./database-cache.ts";
import { deliverResult } from "./deliver-result.ts";
import { planResult, type ResultPlan, type ResultRoom } from "./plan-result.ts";
import { readQueryRequest } from "./query-request.ts";

/** What answering a query needs. */
export interface QueryDeps {
  readonly databases: DatabaseCache;
  readonly runner: QueryRunner;
  readonly results: ResultRoom;
  /** Gets what a caller must not see: the causes of faults. */
  readonly report: (problem: { code: string; detail: string; cause: unknown }) => void;
}

/** What surrounds one event. */
export interface Surroundings {
  /** How long this function itself may still run. */
  readonly remainingMs?: (() => number) | undefined;
  /** Aborted when nobody waits for the answer any more; Lambda never says so. */
  readonly signal?: AbortSignal | undefined;
}

/** Answers one event. */
export type QueryFunction = (event: unknown, surroundings?: Surroundings) => Promise<QueryResponse>;

/** Left for the answer itself: being killed by Lambda would be a fault and no explanation. */
const ANSWER_MS = 500;
/** Left for sending a file away. */
const UPLOAD_MS = 4_000;

/** Read by nobody. */
const hungUp: QueryResponse = {
  ok: false,
  problem: { code: "unavailable", detail: "Cannot finish the query: its caller hung up" },
};

/** One query, answered or explained. Throws only what is a fault of ours. */
export function createQueryFunction(deps: QueryDeps): QueryFunction {
  return async (event, surroundings = {}) => {
    try {
      return await answer(deps, readQueryRequest(event), surroundings);
    } catch (error) {
      if (surroundings.signal?.aborted === true) return hungUp;
      if (!isAppError(error)) throw error;
      const { code, message: detail, details, cause } = error;
      if (cause !== undefined) deps.report({ code, detail, cause });
      return { ok: false, problem: { ...details, code, detail } };
    }
  };
}

async function answer(deps: QueryDeps, request: QueryRequest, around: Surroundings): Promise<QueryResponse> {
  const { remainingMs = () => Number.POSITIVE_INFINITY, signal } = around;
  const source = { key: request.database_key, url: request.database_url };
  const plan = planResult(request, deps.results);
  const kept = ANSWER_MS + (request.output === "file" ? UPLOAD_MS : 0);
  const answered = deps.databases.with(source, (databasePath) => {
    // A slow download eats into the statement's time, because the function has an end of its own.
    const timeoutMs = Math.min(request.timeout_seconds * 1000, Math.max(1, remainingMs() - kept));
    const job = toJob(request, databasePath, plan);
    return deps.runner.run(job, { timeoutMs, content: plan.content, ...(signal === undefined ? {} : { signal }) });
  });
  const { inlineBytes } = deps.results;
  try {
    const result = await answered;
    const timeoutMs = Math.min(60_000, Math.max(1, remainingMs() - ANSWER_MS));
    return await deliverResult(result, { request, inlineBytes, timeoutMs });
  } catch (error) {
    const hasOutgrown = isAppError(error, "result_too_large") && error.details.max_bytes === inlineBytes;
    throw hasOutgrown && request.output === "inline" ? tooLargeInline(inlineBytes) : error;
  }
}

function toJob(request: QueryRequest, databasePath: string, { maxBytes, outputPath }: ResultPlan): QueryJob {
  const { sql, params, limit, offset, format } = request;
  return {
    ...{ sql, offset, format, databasePath, maxBytes },
    // What comes behind a first page has to come in the order of that page.
    threads: offset > 0 ? 1 : queryLimits.threads,
    safeForSpreadsheets: request.safe_for_spreadsheets === true,
    ...(params === undefined ? {} : { params }),
    ...(limit === undefined ? {} : { limit }),
    ...(outputPath === undefined ? {} : { outputPath }),
  };
}
