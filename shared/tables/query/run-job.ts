import { dirname } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { AppError } from "../../errors.ts";
import { bindParameters } from "./bind-parameters.ts";
import { toQueryProblem } from "./duckdb-problem.ts";
import type { ControlFrame, QueryJob, QueryProblem } from "./frames.ts";
import { lockOnto } from "./locked-engine.ts";
import { admitStatement } from "./statement-gate.ts";
import { type FrameSink, streamResult } from "./stream-result.ts";

/** Runs one job on a warm engine, from opening the database to the last frame. Throws nothing: problems are frames. */
export async function runJob(connection: DuckDBConnection, job: QueryJob, sink: FrameSink): Promise<void> {
  try {
    await openDatabase(connection, job.databasePath);
    const statement = await admitStatement(connection, job.sql);
    bindParameters(statement, job.params);
    await streamResult(await statement.stream(), job, sink);
  } catch (error) {
    const problem = problemOf(error, job);
    sink.line(JSON.stringify({ problem } satisfies ControlFrame));
  }
}

async function openDatabase(connection: DuckDBConnection, path: string): Promise<void> {
  try {
    await lockOnto(connection, path);
  } catch (cause) {
    throw new AppError("unavailable", "Cannot open the database of this session: its file is not readable", { cause });
  }
}

function problemOf(error: unknown, job: QueryJob): QueryProblem {
  return toQueryProblem(error, job.sql, [job.databasePath, dirname(job.databasePath)]);
}
