/**
 * Writes sessions into one object of the bucket, from the index through the text to the upload as one stream: what is
 * slow holds back what is fast, and nothing is held whole.
 */
import { Readable } from "node:stream";
import type { Bucket } from "../../aws/bucket.ts";
import { exportObjectKey } from "../../aws/object-keys.ts";
import type { Table } from "../../aws/table.ts";
import type { ExportQuery } from "../../contract/transfer.ts";
import { AppError } from "../../errors.ts";
import { newSecret } from "../../ids.ts";
import { toCsv } from "./csv-rows.ts";
import { type ExportedSession, toExported } from "./exported-session.ts";
import { toJsonText } from "./json-records.ts";
import { type LiveSessionsDeps, liveSessions } from "./live-sessions.ts";
import { withHistory } from "./with-history.ts";

export interface ExportDeps extends LiveSessionsDeps {
  bucket: Pick<Bucket, "putStream">;
  table: Pick<Table, "queryPage">;
}

/** What was written, and where. */
export interface Exported {
  key: string;
  contentType: string;
  sessions: number;
  sizeBytes: number;
}

/** API Gateway waits 30 seconds; what is left is for the last part and the answer. */
export const EXPORT_BUDGET_MS = 20_000;
/** Many small texts make one piece, so that the upload is not busy with counting. */
const PIECE_BYTES = 256 * 1024;

const CONTENT_TYPES = { csv: "text/csv; charset=utf-8; header=present", json: "application/json" } as const;

/** Throws `export_too_large`, with nothing stored, when the time of one request is not enough. */
export async function exportSessions(deps: ExportDeps, query: ExportQuery): Promise<Exported> {
  const began = deps.clock.now();
  const written = { sessions: 0, sizeBytes: 0 };
  const key = exportObjectKey(began, newSecret(), query.format);
  const contentType = CONTENT_TYPES[query.format];
  const assertInTime = () => assertTime(deps, began.getTime(), written.sessions);
  const table = timedTable(deps.table, assertInTime);
  const records = counted({ ...deps, table }, query, written);
  const text =
    query.format === "csv" ? toCsv(records, { safe: query.safe === "true" }) : toJsonText(withHistory(table, records));
  const timed = withinBudget(text, assertInTime);
  await deps.bucket.putStream(key, Readable.from(inPieces(timed, written), { objectMode: false }), contentType);
  return { key, contentType, ...written };
}

async function* counted(
  deps: ExportDeps,
  query: ExportQuery,
  written: { sessions: number },
): AsyncGenerator<ExportedSession> {
  for await (const record of liveSessions(deps, query)) {
    written.sessions++;
    yield toExported(record, deps.clock.now());
  }
}

/** Filters that leave little write little: so each page that is read looks at the time too. */
function timedTable({ queryPage }: ExportDeps["table"], assert: () => void): ExportDeps["table"] {
  return {
    queryPage(query) {
      assert();
      return queryPage(query);
    },
  };
}

async function* withinBudget<Value>(values: AsyncIterable<Value>, assert: () => void): AsyncGenerator<Value> {
  for await (const value of values) {
    assert();
    yield value;
  }
}

function assertTime({ clock }: ExportDeps, began: number, sessions: number): void {
  if (clock.now().getTime() - began <= EXPORT_BUDGET_MS) return;
  const seconds = EXPORT_BUDGET_MS / 1000;
  const way = "narrow it by `user_id`, `platform` or `status`, or take it in 16 parts with `part=1` to `part=16`";
  throw new AppError(
    "export_too_large",
    `Cannot export all sessions in one request: ${sessions} were read in ${seconds} seconds; ${way}`,
    { details: { sessions_read: sessions, limit_seconds: seconds } },
  );
}

async function* inPieces(texts: AsyncIterable<string | Buffer>, written: { sizeBytes: number }) {
  let held: Buffer[] = [];
  let size = 0;
  for await (const text of texts) {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    held.push(bytes);
    size += bytes.length;
    written.sizeBytes += bytes.length;
    if (size < PIECE_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}
