/**
 * Takes an upload in: a multipart body's files, one after the other, each to the bucket and to its record, zips
 * unpacked. What was whole before a body broke off stays; each file has its own result.
 */

import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Actor } from "../../shared/contract/actor.ts";
import type { FileResult, Folder } from "../../shared/contract/file.ts";
import { AppError, isAppError } from "../../shared/errors.ts";
import { parseFileName } from "../../shared/files/file-names.ts";
import type { FileDelta, FileRecord } from "../../shared/files/file-record.ts";
import { toFile } from "../../shared/files/file-record.ts";
import { type ReceivedFile, readMultipart } from "../../shared/files/multipart.ts";
import { nameFromForm } from "../../shared/files/sent-name.ts";
import { assertWritable } from "../../shared/files/write-rules.ts";
import { moreUploadedEvent, uploadedEvent } from "../../shared/history/events.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { readBody } from "./body.ts";
import { type Allowance, createAllowance } from "../../shared/sessions/allowance.ts";
import { assertFileSize, type Room } from "../../shared/sessions/room.ts";
import { convertNow } from "./convert-now.ts";
import type { ApiDeps } from "./deps.ts";
import { toItemProblem } from "./problem.ts";
import { isZip, unpackZip } from "./unpack.ts";

export interface Intake {
  results: FileResult[];
  records: FileRecord[];
}

/** Where an upload goes, and whose doing it is. */
export interface Place {
  session: SessionRecord;
  folder: Folder;
  actor: Actor;
}

interface Drop extends Place {
  deps: ApiDeps;
  results: FileResult[];
  deltas: FileDelta[];
  records: FileRecord[];
  allowance: Allowance;
}

const UPLOAD_TIMEOUT_MS = 20_000;

/** Reads the request's files into a folder of the session. Throws when the body is not one, or held no file. */
export async function takeIn(deps: ApiDeps, place: Place, request: Request): Promise<Intake> {
  const contentType = multipartType(request);
  const bytes = await readBody(request, deps.limits.inlineUploadBytes);
  const allowance = createAllowance(deps.quota, place.session);
  const drop: Drop = { ...place, deps, results: [], deltas: [], records: [], allowance };
  const limits = {
    maxFileBytes: deps.limits.inlineUploadBytes,
    maxTotalBytes: deps.limits.inlineUploadBytes,
    maxFiles: deps.limits.maxFiles,
    maxFields: 100,
    maxFieldBytes: 64 * 1024,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  };
  try {
    const body = Readable.from([bytes]);
    await readMultipart({ contentType, body, limits, onFile: (file) => takeFile(drop, file) });
  } catch (error) {
    await noteStored(drop);
    if (!isAppError(error)) throw error;
    throw new AppError(error.code, error.message, {
      cause: error,
      details: { ...error.details, files: drop.results },
    });
  }
  if (drop.results.length === 0) {
    throw new AppError("invalid_multipart", "Cannot store anything: the form holds no file");
  }
  await noteStored(drop);
  assertNotAllOurFault(drop);
  return { results: drop.results, records: drop.records };
}

/**
 * A request of which nothing was stored, for no reason of the caller's, is one that failed: by its status a client tries
 * again, and whoever is on duty hears of a bucket that takes nothing.
 */
function assertNotAllOurFault({ results }: Drop): void {
  if (results.some((result) => result.status !== "refused" || result.problem?.code !== "unavailable")) return;
  throw new AppError("unavailable", "Cannot store any of the files now: try it again");
}

function multipartType(request: Request): string {
  const contentType = request.headers.get("content-type") ?? "";
  if (contentType.toLowerCase().startsWith("multipart/form-data")) return contentType;
  throw new AppError(
    "media_type_not_supported",
    `Cannot read a body of type "${contentType.split(";")[0]}": send multipart/form-data, as curl's -F does`,
  );
}

async function takeFile(drop: Drop, file: ReceivedFile): Promise<void> {
  if (file.fileName === undefined) {
    file.stream.resume();
    return;
  }
  const sent = nameFromForm(file.fileName);
  try {
    const name = parseFileName(sent);
    const content = await buffer(file.stream);
    if (drop.folder === "uploads" && isZip(name, content)) await takeZip(drop, name, content);
    else await storeWhole(drop, name, content, conversionOf(drop.folder));
  } catch (error) {
    file.stream.resume();
    drop.results.push(refused(drop, sent, error));
  }
}

/** The archive itself is kept too: `uploads/` holds what came in, byte for byte. */
async function takeZip(drop: Drop, name: string, content: Buffer): Promise<void> {
  const foresee = (files: readonly { sizeBytes: number }[]) => {
    const bytes = files.reduce((sum, file) => sum + file.sizeBytes, content.byteLength);
    return drop.allowance.foresee({ bytes, files: files.length + 1 });
  };
  await unpackZip(content, foresee, async (file, open) => {
    try {
      await store(drop, { ...file, name: parseFileName(file.name) }, open, conversionOf(drop.folder));
    } catch (error) {
      drop.results.push(refused(drop, file.name, error));
    }
  });
  await storeWhole(drop, name, content, "none");
}

function storeWhole(drop: Drop, name: string, content: Buffer, state: "pending" | "none"): Promise<void> {
  return store(drop, { name, sizeBytes: content.byteLength }, async () => Readable.from([content]), state);
}

async function store(
  drop: Drop,
  { name, sizeBytes }: { name: string; sizeBytes: number },
  open: () => Promise<Readable>,
  state: "pending" | "none",
): Promise<void> {
  const { deps, session, folder, actor } = drop;
  const path = { folder, name, path: `${folder}/${name}` };
  assertWritable(path);
  if (drop.results.some((result) => result.path === path.path && result.status === "stored")) {
    throw new AppError("conflict", `Cannot store "${path.path}" twice: another file of this upload has its name`);
  }
  assertFileSize(path.path, sizeBytes, deps.quota.limits);
  await drop.allowance.take(sizeBytes, () => deps.files.find(session.session_id, path.path));
  const stored = await deps.files.put(session.session_id, path, await open(), {
    conversion: { state, tables: [] },
    uploadedBy: actor,
  });
  drop.deltas.push(stored.delta);
  drop.records.push(stored.record);
  drop.results.push({ path: path.path, status: "stored", file: toFile(stored.record) });
}

/** Only what comes into `uploads/` is looked at for tables; the other folders hold results. */
export function conversionOf(folder: Folder): "pending" | "none" {
  return folder === "uploads" ? "pending" : "none";
}

/** One write for all: counts, activity, the request to convert. Takes everything back when the session ended. */
async function noteStored({ deps, session, actor, deltas, records, allowance }: Drop): Promise<void> {
  const reserved = allowance.claimed();
  if (records.length === 0) return deps.quota.release(session, reserved);
  await noteOrDiscard(deps, session, { records, deltas, reserved });
  await Promise.all(records.slice(0, MAX_SINGLE_ENTRIES).map((record) => noteUpload(deps, session.session_id, record)));
  const rest = records.slice(MAX_SINGLE_ENTRIES);
  if (rest.length > 0) await deps.history.append(session.session_id, moreUploadedEvent(rest, actor));
}

/** Counts what was stored in the room that was claimed for it; nothing new stays when that cannot be noted. */
export async function noteOrDiscard(
  { sessions, files }: Pick<ApiDeps, "sessions" | "files">,
  session: SessionRecord,
  stored: { records: readonly FileRecord[]; deltas: readonly FileDelta[]; reserved: Room },
): Promise<void> {
  const { records, deltas, reserved } = stored;
  const convert = records.some((record) => record.conversion.state === "pending");
  try {
    await sessions.noteFiles(session, deltas, { convert, reserved });
  } catch (error) {
    const isOver = isAppError(error, "session_expired", "session_not_found");
    // In a session that goes on, what took another file's place stays: that one was counted, and is no more.
    const discarded = records.filter((_, index) => isOver || deltas[index]?.files === 1);
    await Promise.all(discarded.map((record) => files.discard(session.session_id, record.path)));
    throw error;
  }
}

const MAX_SINGLE_ENTRIES = 25;

export async function noteUpload(deps: ApiDeps, sessionId: string, record: FileRecord): Promise<void> {
  await deps.history.append(sessionId, uploadedEvent(record));
}

/** Converts what waits and gives each result the file as it is now. */
export async function convertAndRefresh(deps: ApiDeps, sessionId: string, intake: Intake, requestId: string) {
  if (intake.records.some((record) => record.conversion.state === "pending")) {
    await convertNow(deps, sessionId, requestId);
  }
  return Promise.all(
    intake.results.map(async (result) => {
      if (result.status !== "stored") return result;
      const record = await deps.files.find(sessionId, result.path);
      return record === undefined ? result : { ...result, file: toFile(record) };
    }),
  );
}

function refused(drop: Drop, name: string, error: unknown): FileResult {
  const path = `${drop.folder}/${name}`;
  if (isAppError(error)) return { path, status: "refused", problem: toItemProblem(error) };
  drop.deps.log.error("File not stored", { session_id: drop.session.session_id, error });
  const problem = new AppError("unavailable", `Cannot store "${name}" now: try it again`);
  return { path, status: "refused", problem: toItemProblem(problem) };
}
