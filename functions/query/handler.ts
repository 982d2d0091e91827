import { rmSync } from "node:fs";
import type { QueryRequest, QueryResponse } from "../../shared/contract/functions.ts";
import { queryLimits } from "../../shared/tables/query/limits.ts";
import { createQueryRunner } from "../../shared/tables/query/query-runner.ts";
import { createQueryFunction } from "./answer-query.ts";
import { childEntryPath } from "./child-entry.ts";
import { createDatabaseCache } from "./database-cache.ts";
import { claimScratchFolder } from "./scratch-folder.ts";

const directory = claimScratchFolder();
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

const runner = createQueryRunner({ childPath: childEntryPath(), maxRunning: 4 });
// During a cold start this costs nothing: the first download runs beside it.
runner.warm();

const answerQuery = createQueryFunction({
  runner,
  // Of the 4 GB that the topology gives this function's /tmp; the rest is air.
  databases: createDatabaseCache({
    directory,
    maxBytes: 3 * 1024 ** 3,
    maxIdleMs: 10 * 60_000,
    downloadTimeoutMs: 20_000,
    now: Date.now,
  }),
  maxInlineBytes: queryLimits.inlineBytes,
  report: (problem) => console.error(JSON.stringify({ level: "ERROR", message: "query", ...toLogged(problem) })),
});

/** The part of Lambda's context that matters here. */
interface Context {
  getRemainingTimeInMillis?(): number;
}

/** Lambda's entry of `query`. */
export const handler = (event: QueryRequest, context?: Context): Promise<QueryResponse> => {
  const remaining = context?.getRemainingTimeInMillis?.bind(context);
  return remaining === undefined ? answerQuery(event) : answerQuery(event, remaining);
};

function toLogged({ code, detail, cause }: { code: string; detail: string; cause: unknown }): Record<string, string> {
  return { code, detail, cause: cause instanceof Error ? cause.message : String(cause) };
}
