import type { FileResult } from "../../../shared/contract/file.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { AppError, isAppError } from "../../../shared/errors.ts";
import { joinFilePath, parseFilePath } from "../../../shared/files/file-names.ts";
import { toFile } from "../../../shared/files/file-record.ts";
import { assertRemovable, assertWritable } from "../../../shared/files/write-rules.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import { roomFor } from "../../../shared/sessions/room.ts";
import { answer } from "../answer.ts";
import { conversionOf, convertAndRefresh, noteOrDiscard, noteUpload } from "../intake.ts";
import { fileNotFound } from "../locate-file.ts";
import { removeFiles } from "../remove-files.ts";

/**
 * `POST /v1/sessions/{session_id}/files/rename`
 *
 * Storage knows no renaming: the content is copied, then the old name is removed. A crash in between leaves the file
 * under both names, whole and counted; for that moment the session needs the room of both.
 */
export const renameFile = answer(contract.renameFile, async ({ params, body, principal, deps, requestId }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const { session_id } = session;
  const from = parseFilePath(body.path);
  const to = joinFilePath(from.folder, body.name);
  assertRemovable(from);
  assertWritable(from);
  assertWritable(to);
  const record = await deps.files.find(session_id, from.path);
  if (record === undefined) throw fileNotFound(from.path);
  if (to.path === from.path) return { body: { path: to.path, status: "stored", file: toFile(record) } };
  const taken = `Cannot rename "${from.path}" to "${to.name}": there is such a file, or it was just replaced`;
  if ((await deps.files.find(session_id, to.path)) !== undefined) throw new AppError("conflict", taken);

  const reserved = roomFor(record.size_bytes, undefined);
  await deps.quota.reserve(session, reserved);
  const about = { conversion: { state: conversionOf(to.folder), tables: [] }, uploadedBy: actorOf(principal) };
  const stored = await deps.files.copy(session_id, record, to, about).catch(async (error: unknown) => {
    await deps.quota.release(session, reserved);
    // Somebody took the name, or replaced the content, since we looked.
    throw isAppError(error, "precondition_failed") ? new AppError("conflict", taken, { cause: error }) : error;
  });
  if (stored === undefined) {
    await deps.quota.release(session, reserved);
    throw new AppError("conflict", taken);
  }
  await noteOrDiscard(deps, session, { records: [stored.record], deltas: [stored.delta], reserved });
  await noteUpload(deps, session_id, stored.record);
  // The old name first: its tables are gone before the new one's are named, and do not stand in their way.
  await removeFiles(deps, { session, records: [record], actor: actorOf(principal), requestId });
  const result: FileResult = { path: to.path, status: "stored", file: toFile(stored.record) };
  const [fresh] = await convertAndRefresh(deps, session_id, { results: [result], records: [stored.record] }, requestId);
  return { body: fresh };
});
