import { databaseObjectKey, fileObjectKey } from "../../shared/aws/object-keys.ts";
import type { File } from "../../shared/contract/file.ts";
import { fileHref } from "../../shared/contract/file-address.ts";
import { AppError } from "../../shared/errors.ts";
import { type FilePath, joinFilePath, parseFilePath } from "../../shared/files/file-names.ts";
import { toFile } from "../../shared/files/file-record.ts";
import { DATABASE_PATH } from "../../shared/files/write-rules.ts";
import { systemActor } from "../../shared/identity/principal.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";

/** Which file a request means: `…/files/{path+}`, or `…/files/{folder}?name=` where a path cannot hold the name. */
export function requestedFile(params: Record<string, string>, query: { name?: string | undefined }): FilePath {
  const path = params.path ?? "";
  return query.name === undefined ? parseFilePath(path) : joinFilePath(path, query.name);
}

/** The file under this path and the object that holds its bytes; 404 when there is none. */
export async function locateFile(
  deps: Pick<ApiDeps, "files">,
  record: SessionRecord,
  { path }: FilePath,
): Promise<{ file: File; key: string }> {
  if (path === DATABASE_PATH) {
    const file = databaseFile(record);
    if (file === undefined) throw fileNotFound(path);
    return { file, key: databaseObjectKey(record.session_id, record.database.version) };
  }
  const found = await deps.files.find(record.session_id, path);
  if (found === undefined) throw fileNotFound(path);
  return { file: toFile(found), key: fileObjectKey(record.session_id, path) };
}

/** The published version, dressed as the file that clients know; undefined before the first publication. */
export function databaseFile({ session_id, database, created_at, last_activity }: SessionRecord): File | undefined {
  if (database.version === 0) return undefined;
  return {
    path: DATABASE_PATH,
    folder: "workspace",
    name: "project_data.db",
    href: fileHref(session_id, DATABASE_PATH),
    status: "ready",
    size_bytes: database.size_bytes,
    content_type: "application/vnd.duckdb",
    etag: `version-${database.version}`,
    created_at,
    modified_at: last_activity,
    uploaded_by: systemActor,
    conversion: { state: "none", tables: [] },
  };
}

export function fileNotFound(path: string): AppError {
  return new AppError("file_not_found", `Cannot find "${path}" in this session`);
}
