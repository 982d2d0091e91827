import type { DuckDBResult, DuckDBType } from "@duckdb/node-api";
import { AppError } from "../../errors.ts";
import { createRowWriter, type TypedColumn } from "./formats/row-writers.ts";
import type { ControlFrame, QueryEnd, QueryJob } from "./frames.ts";
import { queryLimits } from "./limits.ts";
import { resultTooLarge, tooManyColumns } from "./stream-limits.ts";

/** Takes the lines of an answer as they come. */
export interface FrameSink {
  line(text: string): void;
}

/** Text is sent in pieces of about this many characters: a line for each row would cost more than the row. */
const PIECE = 16 * 1024;

/** The columns of a result, with their types for people and for writers. */
export function columnsOf(result: Pick<DuckDBResult, "columnTypes" | "columnNames">): TypedColumn[] {
  const types = typesOf(result);
  return result.columnNames().flatMap((name, index) => {
    const duckDbType = types[index];
    return duckDbType === undefined ? [] : [{ name, type: duckDbType.alias ?? String(duckDbType), duckDbType }];
  });
}

/** The binding knows no type of DuckDB's inner ones (a state of an aggregate, a type itself) and throws at the first. */
function typesOf(result: Pick<DuckDBResult, "columnTypes">): DuckDBType[] {
  try {
    return result.columnTypes();
  } catch (cause) {
    const message = "Cannot answer values of this type, which DuckDB keeps to itself: cast them to VARCHAR";
    throw new AppError("statement_failed", message, { cause });
  }
}

/** Says what the result consists of, before its first row. Throws `result_too_large` where that alone is too much. */
export function sendColumns(columns: readonly TypedColumn[], sink: FrameSink): void {
  const described = columns.map(({ name, type }) => ({ name, type }));
  const text = JSON.stringify({ columns: described } satisfies ControlFrame);
  if (Buffer.byteLength(text) > queryLimits.columnsBytes) throw tooManyColumns();
  sink.line(text);
}

/** Says that the result is complete. */
export function sendEnd(end: QueryEnd, sink: FrameSink): void {
  sink.line(JSON.stringify({ end } satisfies ControlFrame));
}

/**
 * Sends one page of a streaming result: skips `offset` rows, sends `limit`, and looks whether one more exists. Reads
 * no further than that, and stops at `maxBytes`.
 */
export async function streamResult(
  result: DuckDBResult,
  job: QueryJob,
  sink: FrameSink,
): Promise<Omit<QueryEnd, "stable">> {
  const columns = columnsOf(result);
  const writer = createRowWriter(job, columns);
  sendColumns(columns, sink);
  const content = job.format === "json" ? createLines(job.maxBytes, sink) : createPieces(job.maxBytes, sink);
  content.add(writer.head);

  const limit = job.limit ?? Number.POSITIVE_INFINITY;
  let toSkip = job.offset;
  let sent = 0;
  let more = false;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const first = Math.min(toSkip, chunk.rowCount);
    toSkip -= first;
    const last = Math.min(chunk.rowCount, first + limit - sent);
    for (let row = first; row < last; row++) content.add(writer.row(chunk.getRowValues(row)));
    sent += last - first;
    more = last < chunk.rowCount;
    if (more) break;
  }
  content.add(writer.tail);
  content.flush();
  return { row_count: sent, more };
}

interface Content {
  add(text: string): void;
  flush(): void;
}

/** JSON rows: each is a line by itself, as the reader wants them one by one. */
function createLines(maxBytes: number, sink: FrameSink): Content {
  const count = createCounter(maxBytes);
  return {
    add: (row) => {
      if (row === "") return;
      count(`${row}\n`);
      sink.line(row);
    },
    flush: () => {},
  };
}

/** Text of any other kind, gathered. */
function createPieces(maxBytes: number, sink: FrameSink): Content {
  const count = createCounter(maxBytes);
  let piece = "";
  const flush = () => {
    if (piece !== "") sink.line(JSON.stringify(piece));
    piece = "";
  };
  return {
    add: (text) => {
      count(text);
      piece += text;
      if (piece.length >= PIECE) flush();
    },
    flush,
  };
}

function createCounter(maxBytes: number): (text: string) => void {
  let bytes = 0;
  return (text) => {
    bytes += Buffer.byteLength(text);
    if (bytes > maxBytes) throw resultTooLarge(maxBytes);
  };
}
