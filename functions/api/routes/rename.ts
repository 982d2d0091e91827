import type { Actor } from "../../../shared/contract/actor.ts";
import type { FileResult } from "../../../shared/contract/file.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { AppError, isAppError } from "../../../shared/errors.ts";
import { type FilePath, joinFilePath, parseFilePath } from "../../../shared/files/file-names.ts";
import { type FileRecord, toFile } from "../../../shared/files/file-record.ts";
import { assertRemovable, assertWritable } from "../../../shared/files/write-rules.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import { roomFor } from "../../../shared/sessions/room.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import { answer, type Reply } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { conversionOf, convertAndRefresh, noteOrDiscard, noteUpload } from "../intake.ts";
import { madeBefore } from "../keyed-call.ts";
import { fileNotFound } from "../locate-file.ts";
import { removeFiles } from "../remove-files.ts";

/**
 * `POST /v1/sessions/{session_id}/files/rename`
 *
 * Storage knows no renaming: the content is copied, then the old name is removed. A crash in between leaves the file
 * under both names, whole and counted; for that moment the session needs the room of both. Sent again with its
 * Idempotency-Key it goes on there.
 */
export const renameFile = answer(contract.renameFile, async ({ params, body, principal, deps, requestId, keyed }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const { session_id } = session;
  const from = parseFilePath(body.path);
  const to = joinFilePath(from.folder, body.name);
  assertRemovable(from);
  assertWritable(from);
  assertWritable(to);
  const renaming: Renaming = { deps, session, from, to, actor: actorOf(principal), callId: keyed?.id };
  const made = await madeBefore(keyed, () => findMade(renaming));
  const record = await deps.files.find(session_id, from.path);
  if (record !== undefined && to.path === from.path) return reply(record);
  const copy = made ?? (record && (await copyFile(renaming, record)));
  if (copy === undefined) throw fileNotFound(from.path);
  // The old name first: its tables are gone before the new one's are named, and do not stand in their way.
  const records = record === undefined ? [] : [record];
  const [removal] = await removeFiles(deps, { session, records, actor: renaming.actor, requestId });
  const result: FileResult = { path: to.path, status: "stored", file: toFile(copy) };
  const [fresh] = await convertAndRefresh(deps, session_id, { results: [result], records: [copy] }, requestId);
  if (removal?.status === "kept" && isAppError(removal.why, "unavailable")) throw keptBoth(renaming, removal.why);
  return { body: fresh };
});

interface Renaming {
  deps: ApiDeps;
  session: SessionRecord;
  from: FilePath;
  to: FilePath;
  actor: Actor;
  callId: string | undefined;
}

function reply(record: FileRecord): Reply {
  return { body: { path: record.path, status: "stored", file: toFile(record) } };
}

/** The copy that an earlier try of this call made. */
async function findMade({ deps, session, to, callId }: Renaming): Promise<FileRecord | undefined> {
  const there = await deps.files.find(session.session_id, to.path);
  return there?.call_id !== undefined && there.call_id === callId ? there : undefined;
}

/** The same content under the new name, counted and told; throws when the name is taken. */
async function copyFile({ deps, session, from, to, actor, callId }: Renaming, record: FileRecord): Promise<FileRecord> {
  const { session_id } = session;
  const taken = `Cannot rename "${from.path}" to "${to.name}": there is such a file, or it was just replaced`;
  if ((await deps.files.find(session_id, to.path)) !== undefined) throw new AppError("conflict", taken);
  const reserved = roomFor(record.size_bytes, undefined);
  await deps.quota.reserve(session, reserved);
  const about = { conversion: { state: conversionOf(to.folder), tables: [] }, uploadedBy: actor, callId };
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
  return stored.record;
}

/** The content is under both names, and whoever thinks that the old one is gone would be wrong. */
function keptBoth({ from, to }: Renaming, cause: AppError): AppError {
  const message = `Cannot rename "${from.path}" to "${to.name}" now: the storage keeps the old name beside the new one`;
  return new AppError("unavailable", message, { cause });
}
