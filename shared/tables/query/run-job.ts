import { dirname } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { AppError } from "../../errors.ts";
import { bindParameters } from "./bind-parameters.ts";
import { toQueryProblem } from "./duckdb-problem.ts";
import type { ControlFrame, QueryJob, QueryProblem } from "./frames.ts";
import { lockOnto } from "./locked-engine.ts";
import { admitStatement } from "./statement-gate.ts";
import { resultTooLarge } from "./stream-limits.ts";
import { type FrameSink, sendEnd, streamResult } from "./stream-result.ts";
import { writeParquet } from "./write-parquet.ts";

/** Runs one job on a warm engine, from opening the database to the last frame. Throws nothing: problems are frames. */
export async function runJob(connection: DuckDBConnection, job: QueryJob, sink: FrameSink): Promise<void> {
  try {
    await openDatabase(connection, job);
    const admitted = await admitStatement(connection, job.sql);
    const { prepared, isStable: stable } = admitted;
    if (job.format === "parquet") {
      return sendEnd({ ...(await writeParquet(connection, admitted, job, sink)), stable }, sink);
    }
    bindParameters(prepared, job.params);
    sendEnd({ ...(await streamResult(await prepared.stream(), job, sink)), stable }, sink);
  } catch (error) {
    const problem = problemOf(error, job);
    sink.line(JSON.stringify({ problem } satisfies ControlFrame));
  }
}

/**
 * Does once, while nobody waits, all that a statement will need: code that ran before is loaded and half compiled. The
 * first statement of a process takes a third of the time for it.
 */
export async function rehearse(connection: DuckDBConnection): Promise<void> {
  const sql = "SELECT range AS a, 'b' AS b, 1.5 AS c, DATE '2024-01-01' AS d FROM range(3) GROUP BY ALL ORDER BY a";
  const format = "json" as const;
  const job = { sql, format, offset: 0, limit: 2, databasePath: "", maxBytes: 1000, threads: 1 };
  const { prepared } = await admitStatement(connection, sql);
  bindParameters(prepared, []);
  await streamResult(await prepared.stream(), job, { line: () => {} });
}

async function openDatabase(connection: DuckDBConnection, job: QueryJob): Promise<void> {
  try {
    await lockOnto(connection, job);
  } catch (cause) {
    throw new AppError("unavailable", "Cannot open the database of this session: its file is not readable", { cause });
  }
}

function problemOf(error: unknown, job: QueryJob): QueryProblem {
  // How the kernel's limit shows in a file that DuckDB writes.
  const isFull = job.outputPath !== undefined && error instanceof Error && error.message.includes("File too large");
  if (isFull) return toQueryProblem(resultTooLarge(job.maxBytes), job.sql, []);
  const output = job.outputPath === undefined ? [] : [job.outputPath];
  return toQueryProblem(error, job.sql, [...output, job.databasePath, dirname(job.databasePath)]);
}
