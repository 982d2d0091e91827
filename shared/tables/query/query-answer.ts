import { AppError } from "../../errors.ts";
import type { Content, ContentBuilder } from "./content/content.ts";
import { processDied } from "./duckdb-problem.ts";
import { queryLimits } from "./limits.ts";
import type { ControlFrame, QueryColumn, QueryEnd, QueryProblem } from "./frames.ts";

/** A page of a result, complete. */
export interface QueryAnswer {
  readonly columns: readonly QueryColumn[];
  readonly content: Content;
  readonly end: QueryEnd;
}

/** What the parent makes of the child's lines. What comes out of the child is not trusted: its content counts again. */
export interface AnswerReader {
  /** True once the child has taken the job. */
  readonly started: boolean;
  /** Takes one line; answers when it was the last. Throws `result_too_large`, and `query_crashed` for nonsense. */
  take(line: string): Promise<QueryAnswer | QueryProblem | undefined> | undefined;
}

/** A reader for one job, whose rows go into `content`. */
export function createAnswerReader(content: ContentBuilder): AnswerReader {
  let columns: readonly QueryColumn[] = [];
  let started = false;

  const control = (frame: ControlFrame, bytes: number) => {
    if ("started" in frame) started = true;
    else if ("columns" in frame) columns = bounded(frame.columns, bytes, queryLimits.columnsBytes);
    else if ("problem" in frame) return Promise.resolve(bounded(frame.problem, bytes, queryLimits.problemBytes));
    else if ("end" in frame) return finish(frame.end);
    return undefined;
  };
  const finish = async (end: QueryEnd): Promise<QueryAnswer> => {
    return { columns, end, content: await content.finish(columns, end) };
  };
  return {
    get started() {
      return started;
    },
    take: (line) => {
      const value = parseLine(line);
      if (!Array.isArray(value) && typeof value !== "string")
        return control(value as ControlFrame, Buffer.byteLength(line));
      return content.add(value, line)?.then(() => undefined);
    },
  };
}

/** No child of ours says more: what does is no child of ours any more. */
function bounded<Part>(part: Part, bytes: number, most: number): Part {
  if (bytes > most) throw new AppError("query_crashed", processDied);
  return part;
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
