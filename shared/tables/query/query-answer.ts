import { AppError } from "../../errors.ts";
import { processDied } from "./duckdb-problem.ts";
import type { ControlFrame, QueryColumn, QueryEnd, QueryJob, QueryProblem } from "./frames.ts";
import { resultTooLarge } from "./stream-limits.ts";

/** A page of a result, complete. */
export interface QueryAnswer {
  readonly columns: readonly QueryColumn[];
  readonly rows: unknown[][];
  readonly csv: string;
  readonly end: QueryEnd;
}

/** What the parent makes of the child's lines. It counts again: what comes out of the child is not trusted. */
export interface AnswerBuilder {
  /** True once the child has taken the job. */
  readonly started: boolean;
  /** Takes one line; answers when that line was the last. Throws `result_too_large`, and `query_crashed` for nonsense. */
  add(line: string): QueryAnswer | QueryProblem | undefined;
}

/** A builder for one job. */
export function createAnswerBuilder({ limit, maxBytes }: Pick<QueryJob, "limit" | "maxBytes">): AnswerBuilder {
  const rows: unknown[][] = [];
  const csv: string[] = [];
  let columns: readonly QueryColumn[] = [];
  let started = false;
  let bytes = 0;

  const control = (frame: ControlFrame) => {
    if ("started" in frame) started = true;
    else if ("columns" in frame) columns = frame.columns;
    else if ("problem" in frame) return frame.problem;
    else if ("end" in frame) return { columns, rows, csv: csv.join(""), end: frame.end };
    return undefined;
  };
  return {
    get started() {
      return started;
    },
    add: (line) => {
      bytes += Buffer.byteLength(line) + 1;
      // Control frames are outside of the child's count; none of them is long.
      if (bytes > maxBytes + 64 * 1024 || rows.length > limit) throw resultTooLarge(maxBytes);
      const value = parseLine(line);
      if (Array.isArray(value)) rows.push(value);
      else if (typeof value === "string") csv.push(value);
      else return control(value as ControlFrame);
      return undefined;
    },
  };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new AppError("query_crashed", processDied, { cause });
  }
}

/** Tells the two outcomes of a statement apart. */
export function isProblem(answer: QueryAnswer | QueryProblem): answer is QueryProblem {
  return "code" in answer;
}
