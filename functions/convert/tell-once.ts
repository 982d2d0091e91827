import type { FileRecord } from "../../shared/files/file-record.ts";
import type { HistoryDraft } from "../../shared/history/history-store.ts";
import { newEntryId } from "../../shared/ids.ts";
import type { ConvertDeps } from "./drain.ts";

/**
 * Tells the history what became of a file, once for each of its versions, however often a conversion dies and is
 * tried again: the entry's id stands in the file's record before the entry is written, and until the outcome is.
 * False when the file was replaced or removed meanwhile; then there is nothing to tell of this version.
 *
 * After a crash the entry gets a new id, unless it is there already: one with the old id would land behind the backs
 * of those who follow the history.
 */
export async function tellOnce(
  deps: Pick<ConvertDeps, "files" | "history" | "clock">,
  sessionId: string,
  record: FileRecord,
  draft: HistoryDraft,
): Promise<boolean> {
  const promised = record.conversion_entry;
  if (promised !== undefined && (await deps.history.has(sessionId, promised))) return true;
  const entryId = newEntryId(deps.clock.now());
  if (!(await deps.files.noteEntry(record, entryId))) return false;
  await deps.history.append(sessionId, draft, { entryId });
  return true;
}
