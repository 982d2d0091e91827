import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { QueryRequest, QueryResponse } from "../../shared/contract/functions.ts";
import { queryLimits } from "../../shared/tables/query/limits.ts";
import { createQueryRunner } from "../../shared/tables/query/query-runner.ts";
import { createQueryFunction } from "./answer-query.ts";
import { childEntryPath } from "./child-entry.ts";
import { createDatabaseCache } from "./database-cache.ts";
import { toFaultLine, toLogLine } from "./log-line.ts";
import { claimScratchFolder } from "./scratch-folder.ts";

const directory = claimScratchFolder();
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
const results = join(directory, "results");
mkdirSync(results, { recursive: true, mode: 0o700 });

const runner = createQueryRunner({ childPath: childEntryPath(), maxRunning: 4 });
// During a cold start this costs nothing: the first download runs beside it.
runner.warm();

const answerQuery = createQueryFunction({
  runner,
  // Of the 4 GB that the topology gives this function's /tmp; the rest is for results, and air.
  databases: createDatabaseCache({
    directory: join(directory, "databases"),
    maxBytes: 2.5 * 1024 ** 3,
    maxIdleMs: 10 * 60_000,
    downloadTimeoutMs: 20_000,
    now: Date.now,
  }),
  results: { directory: results, inlineBytes: queryLimits.inlineBytes, nextName: randomUUID },
  report: (problem) => console.error(toFaultLine(problem)),
});

/** The part of Lambda's context that matters here. */
interface Context {
  getRemainingTimeInMillis?(): number;
  /** The local host's alone: aborted when the client hung up. */
  signal?: AbortSignal;
}

/** Lambda's entry of `query`. */
export async function handler(event: QueryRequest, context?: Context): Promise<QueryResponse> {
  const started = performance.now();
  const remainingMs = context?.getRemainingTimeInMillis?.bind(context);
  const answer = await answerQuery(event, { remainingMs, signal: context?.signal });
  console.info(toLogLine(event, answer, performance.now() - started));
  return answer;
}
