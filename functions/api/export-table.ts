import { tableExportKey } from "../../shared/aws/object-keys.ts";
import type { TableFormat } from "../../shared/contract/table.ts";
import { AppError, isAppError } from "../../shared/errors.ts";
import { sha256Hex } from "../../shared/ids.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { askQuery, publishedVersion, type Question } from "./ask-query.ts";
import type { ApiDeps } from "./deps.ts";

/** Which table is wanted, and how. */
export interface TableOrder {
  name: string;
  format: TableFormat;
  safeForSpreadsheets: boolean;
  signal: AbortSignal;
}

/** A table's file in the bucket. */
export interface TableExport {
  key: string;
  sizeBytes: number;
}

/** Beyond this nobody waits for it within a request: Parquet is a tenth, and a query takes the part that is needed. */
const MAX_BYTES = 512 * 1024 * 1024;
/** As long as a request lasts: `query` ends after 28 s, of which it keeps the last for sending the file away. */
const TIMEOUT_SECONDS = 24;
/** The sweep takes such objects away after 24 hours; nobody is sent to one that may go while he reads it. */
const REUSABLE_MS = 20 * 3600_000;

/** Names one content: a version never changes, so the same word is the same bytes. */
export function exportTag({ database }: SessionRecord, { name, format, safeForSpreadsheets }: TableOrder): string {
  const variant = JSON.stringify([name, safeForSpreadsheets]);
  return `${database.version}-${sha256Hex(variant).slice(0, 24)}.${format}`;
}

/** The table's file, as an earlier request left it or made now. */
export async function exportTable(deps: ApiDeps, session: SessionRecord, order: TableOrder): Promise<TableExport> {
  const { name, format, safeForSpreadsheets, signal } = order;
  const key = tableExportKey(session.session_id, exportTag(session, order));
  const present = await deps.bucket.find(key);
  const isFresh = present !== undefined && deps.clock.now().getTime() - present.modifiedAt.getTime() < REUSABLE_MS;
  if (isFresh) return { key, sizeBytes: present.sizeBytes };
  const question: Question = {
    ...{
      sql: `FROM project_data.main."${name.replaceAll('"', '""')}"`,
      offset: 0,
      format,
      safeForSpreadsheets,
      signal,
    },
    ...{ output: "file", upload: { key, maxBytes: MAX_BYTES }, timeoutSeconds: TIMEOUT_SECONDS },
  };
  const { answered } = await askQuery(deps, session, question, publishedVersion(session)).catch((error: unknown) => {
    throw isAppError(error, "query_timeout") ? tooSlow(order, error) : error;
  });
  if (answered.file === undefined) throw new AppError("unavailable", `Cannot export "${name}": no file was made`);
  return { key, sizeBytes: answered.file.size_bytes };
}

/** The advice of a query, to filter earlier, would help nobody here. */
function tooSlow({ name, format }: TableOrder, cause: AppError): AppError {
  const { timeout_seconds = TIMEOUT_SECONDS } = cause.details;
  const advice = format === "parquet" ? "" : "ask for parquet, which takes a tenth of the time, or ";
  return new AppError(
    "query_timeout",
    `Cannot export "${name}" as ${format} within ${timeout_seconds} s: ${advice}take a part of it by a query with "output": "file"`,
    { cause, details: cause.details },
  );
}
