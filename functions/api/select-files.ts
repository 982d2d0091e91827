import { databaseObjectKey, fileObjectKey } from "../../shared/aws/object-keys.ts";
import type { ArchiveSelection } from "../../shared/contract/archive.ts";
import { AppError } from "../../shared/errors.ts";
import type { ArchiveEntry } from "../../shared/files/archive/archive-plan.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import { DATABASE_PATH } from "../../shared/files/write-rules.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";
import { databaseFile } from "./locate-file.ts";

/** More than so many are found faster by reading the list than one by one. */
const MAX_SINGLE_READS = 25;
const PAGE = 1000;

/** The files that a selection means, with the objects behind them. 404 names those that are not there. */
export async function selectFiles(
  deps: ApiDeps,
  record: SessionRecord,
  { folder, paths }: ArchiveSelection,
): Promise<ArchiveEntry[]> {
  const wanted = paths === undefined ? undefined : [...new Set(paths.map((path) => parseFilePath(path).path))];
  const records = wanted === undefined ? await listAll(deps, record, folder) : await findAll(deps, record, wanted);
  const entries = records.filter(({ path }) => path !== DATABASE_PATH).map((file) => toEntry(record.session_id, file));
  if (wanted?.includes(DATABASE_PATH) ?? (folder ?? "workspace") === "workspace") {
    const database = await databaseEntry(deps, record);
    if (database !== undefined) entries.push(database);
  }
  assertComplete(entries, wanted, folder);
  return entries;
}

async function listAll(deps: ApiDeps, { session_id }: SessionRecord, folder?: string): Promise<FileRecord[]> {
  const found: FileRecord[] = [];
  let after: string | undefined;
  do {
    const options = {
      limit: PAGE,
      ...(folder === undefined ? {} : { folder }),
      ...(after === undefined ? {} : { after }),
    };
    const page = await deps.files.list(session_id, options);
    found.push(...page.records);
    after = page.next;
  } while (after !== undefined);
  return found;
}

async function findAll(deps: ApiDeps, session: SessionRecord, wanted: readonly string[]): Promise<FileRecord[]> {
  if (wanted.length > MAX_SINGLE_READS) {
    const names = new Set(wanted);
    return (await listAll(deps, session)).filter(({ path }) => names.has(path));
  }
  const found = await Promise.all(wanted.map((path) => deps.files.find(session.session_id, path)));
  return found.filter((file) => file !== undefined);
}

function toEntry(sessionId: string, file: FileRecord): ArchiveEntry {
  const { path, etag, size_bytes, content_type, modified_at } = file;
  return { path, key: fileObjectKey(sessionId, path), etag, size_bytes, content_type, modified_at };
}

/** A published version never changes, and its object knows best when it was written. */
async function databaseEntry(deps: ApiDeps, record: SessionRecord): Promise<ArchiveEntry | undefined> {
  const file = databaseFile(record);
  const key = databaseObjectKey(record.session_id, record.database.version);
  const object = file === undefined ? undefined : await deps.bucket.find(key);
  if (file === undefined || object === undefined) return undefined;
  return {
    ...{ path: file.path, key, etag: file.etag, is_immutable: true, content_type: file.content_type },
    size_bytes: object.sizeBytes,
    modified_at: object.modifiedAt.toISOString(),
  };
}

function assertComplete(entries: readonly ArchiveEntry[], wanted: readonly string[] | undefined, folder?: string) {
  const found = new Set(entries.map(({ path }) => path));
  const missing = wanted?.filter((path) => !found.has(path)) ?? [];
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).map((path) => JSON.stringify(path));
    const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : "";
    throw new AppError("file_not_found", `Cannot archive ${shown.join(", ")}${more}: not in this session`, {
      details: { missing },
    });
  }
  if (entries.length === 0) {
    throw new AppError("file_not_found", `Cannot archive ${folder ?? "this session"}: there are no files in it`);
  }
}
