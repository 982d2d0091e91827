import type { DuckDBResult } from "@duckdb/node-api";
import type { ControlFrame, QueryColumn, QueryJob } from "./frames.ts";
import { csvRows, jsonRows } from "./row-writers.ts";
import { resultTooLarge } from "./stream-limits.ts";

/** Takes the lines of an answer as they come. */
export interface FrameSink {
  line(text: string): void;
}

/**
 * Sends one page of a streaming result: skips `offset` rows, sends `limit`, and looks whether one more exists. Reads
 * no further than that, and stops at `maxBytes`.
 */
export async function streamResult(result: DuckDBResult, job: QueryJob, sink: FrameSink): Promise<void> {
  const types = result.columnTypes();
  const columns = result
    .columnNames()
    .map((name, index): QueryColumn => ({ name, type: types[index]?.alias ?? String(types[index]) }));
  const writer = job.format === "json" ? jsonRows(types) : csvRows(columns, types);
  const send = countBytes(job.maxBytes, sink);
  send(JSON.stringify({ columns } satisfies ControlFrame));
  if (writer.head !== undefined) send(writer.head);

  let toSkip = job.offset;
  let sent = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const first = Math.min(toSkip, chunk.rowCount);
    toSkip -= first;
    for (let row = first; row < chunk.rowCount; row++) {
      if (sent === job.limit) return end(sink, sent, true);
      send(writer.row(chunk.getRowValues(row)));
      sent++;
    }
  }
  end(sink, sent, false);
}

function end(sink: FrameSink, rowCount: number, more: boolean): void {
  sink.line(JSON.stringify({ end: { row_count: rowCount, more } } satisfies ControlFrame));
}

function countBytes(maxBytes: number, sink: FrameSink): (line: string) => void {
  let bytes = 0;
  return (line) => {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > maxBytes) throw resultTooLarge(maxBytes);
    sink.line(line);
  };
}
