/**
 * The process in which one statement runs, and dies with it. An entry of its own, like a handler: it acts on import.
 * It is started with an empty environment and "/" as its folder, loads DuckDB, says that it is ready, waits for one
 * job on stdin and writes frames to descriptor 3; the parent kills it after the last one.
 */
import { writeSync } from "node:fs";
import { type ControlFrame, frameDescriptor, type QueryJob } from "../../shared/tables/query/frames.ts";
import { createEngine } from "../../shared/tables/query/locked-engine.ts";
import { rehearse, runJob } from "../../shared/tables/query/run-job.ts";

/** Lines are gathered a little, as a write per row costs more than the row. */
const batchBytes = 64 * 1024;
let batch = "";

function line(text: string): void {
  batch += `${text}\n`;
  if (batch.length >= batchBytes) flush();
}

/** Synchronous on purpose: a parent that reads slowly slows the query down, and what was written survives a crash. */
function flush(): void {
  let bytes = Buffer.from(batch);
  batch = "";
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(frameDescriptor, bytes));
}

function say(frame: ControlFrame): void {
  line(JSON.stringify(frame));
  flush();
}

let received = "";
const job = new Promise<QueryJob>((resolve) => {
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (text: string) => {
    received += text;
    if (received.endsWith("\n")) resolve(JSON.parse(received));
  });
});
// The parent is gone. An orderly exit would wait for DuckDB's threads, which may run for hours.
process.stdin.on("end", () => process.kill(process.pid, "SIGKILL"));

const engine = await createEngine();
// At a cold start somebody waits already: the statement itself is the rehearsal.
if (received === "") await rehearse(engine);
say({ ready: true });
const accepted = await job;
say({ started: true });
await runJob(engine, accepted, { line });
flush();
