import { databaseObjectKey, fileObjectKey } from "../../shared/aws/object-keys.ts";
import type { File } from "../../shared/contract/file.ts";
import { AppError } from "../../shared/errors.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import { toFile } from "../../shared/files/file-record.ts";
import { systemActor } from "../../shared/identity/principal.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";

/** Clients see the published database version under this one name. */
export const DATABASE_PATH = "workspace/project_data.db";

/** The file under this path and the object that holds its bytes; 400 or 404 when there can be or is none. */
export async function locateFile(
  deps: Pick<ApiDeps, "files">,
  record: SessionRecord,
  text: string,
): Promise<{ file: File; key: string }> {
  const { path } = parseFilePath(text);
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
export function databaseFile({ database, created_at, last_activity }: SessionRecord): File | undefined {
  if (database.version === 0) return undefined;
  return {
    path: DATABASE_PATH,
    folder: "workspace",
    name: "project_data.db",
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
