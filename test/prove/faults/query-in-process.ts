/** The query function in this process, with a folder of its own for databases; its statements run in their children. */
import { createQueryFunction } from "../../../functions/query/answer-query.ts";
import { childEntryPath } from "../../../functions/query/child-entry.ts";
import { createDatabaseCache } from "../../../functions/query/database-cache.ts";
import { createQueryRunner } from "../../../shared/tables/query/query-runner.ts";
import { lambdaInProcess } from "../in-process-functions.ts";

export interface QueryInProcess {
  /** What the API needs to reach it. */
  own: { lambda: ReturnType<typeof lambdaInProcess>; queryFunction: string };
  close(): Promise<void>;
}

export function startQuery(directory: string): QueryInProcess {
  const runner = createQueryRunner({ childPath: childEntryPath(), maxRunning: 1 });
  const answer = createQueryFunction({
    runner,
    databases: createDatabaseCache({
      ...{ directory, maxBytes: 2 ** 26, maxIdleMs: 60_000, downloadTimeoutMs: 5_000, now: Date.now },
    }),
    results: { directory, inlineBytes: 2 ** 22, nextName: () => "result" },
    report: () => {},
  });
  const own = { lambda: lambdaInProcess({ query: (event: never) => answer(event) }), queryFunction: "query" };
  return { own, close: async () => void (await runner.close()) };
}
