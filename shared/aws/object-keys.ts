/** The only place that builds or parses keys of the bucket. */

/** Under it lies every session. */
export const SESSIONS = "sessions/";
/** Under it lie documents that are on their way out of the service, for an hour or so. */
export const EXPORTS = "exports/";

/** Ends with "/" on purpose: without it `s1` would also match `s10`. */
export function sessionPrefix(sessionId: string): string {
  return `sessions/${sessionId}/`;
}

/** `path` is `folder/name`. */
export function fileObjectKey(sessionId: string, path: string): string {
  return `${sessionPrefix(sessionId)}${path}`;
}

export function databasePrefix(sessionId: string): string {
  return `${sessionPrefix(sessionId)}database/`;
}

/** One immutable object per published version. Padded, so that a listing is in order. */
export function databaseObjectKey(sessionId: string, version: number): string {
  return `${databasePrefix(sessionId)}${String(version).padStart(6, "0")}/project_data.db`;
}

/** The version in a database key; undefined for any other key. */
export function parseDatabaseVersion(key: string): number | undefined {
  const match = /\/database\/(\d+)\/project_data\.db$/.exec(key);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** A built archive: short-lived, and no file of the session. */
export function archiveObjectKey(sessionId: string, archiveId: string): string {
  return `${sessionPrefix(sessionId)}archives/${archiveId}.zip`;
}

/** What one attempt to build an archive shall put in; gone when the attempt is over. */
export function archivePlanKey(sessionId: string, archiveId: string, attempt: string): string {
  return `${sessionPrefix(sessionId)}archives/${archiveId}.${attempt}.json`;
}

/** Where a query's result arrives before it is a file. No file of the session; short-lived, as archives are. */
export function queryResultKey(sessionId: string, random: string): string {
  return `${sessionPrefix(sessionId)}archives/query-${random}`;
}

/** A whole table as a file, made for downloads: short-lived too. The same `tag` is the same content. */
export function tableExportKey(sessionId: string, tag: string): string {
  return `${sessionPrefix(sessionId)}archives/table-${tag}`;
}

/**
 * Where a client's form puts its bytes: a key of its own, because a signed form can be sent again until it expires and
 * must not replace anything that was verified. No file of the session.
 */
export function uploadingObjectKey(sessionId: string, uploadId: string): string {
  return `${sessionPrefix(sessionId)}uploading/${uploadId}`;
}

/** `sessions/<id>/uploading/<upload_id>` → its parts; undefined for any other key. */
export function parseUploadingKey(key: string): { sessionId: string; uploadId: string } | undefined {
  const [, sessionId, uploadId] = /^sessions\/([^/]+)\/uploading\/([^/]+)$/.exec(key) ?? [];
  return sessionId === undefined || uploadId === undefined ? undefined : { sessionId, uploadId };
}

/** `sessions/<id>/uploads/<name>` → its parts; undefined for any other key. */
export function parseUploadKey(key: string): { sessionId: string; path: string } | undefined {
  const match = /^sessions\/([^/]+)\/(uploads\/.+)$/s.exec(key);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { sessionId: match[1], path: match[2] };
}

/** A large answer of the cache. Each writer has a key of its own, so none can damage what another one's readers read. */
export function cacheObjectKey(sessionId: string, hash: string, random: string): string {
  return `${sessionPrefix(sessionId)}cache/${hash}-${random}.json`;
}

/** What an object of a session is, by its key alone. */
export type ObjectPlace =
  | { kind: "database"; version: number }
  | { kind: "archive" }
  | { kind: "cache"; name: string; hash: string }
  | { kind: "file" };

/** `sessions/<id>/<path>` → its parts and what it is; undefined for a key that belongs to no session. */
export function parseSessionObjectKey(
  key: string,
): { sessionId: string; path: string; place: ObjectPlace } | undefined {
  const [, sessionId, path] = /^sessions\/([^/]+)\/(.*)$/s.exec(key) ?? [];
  if (sessionId === undefined || path === undefined) return undefined;
  return { sessionId, path, place: placeOf(key, path) };
}

function placeOf(key: string, path: string): ObjectPlace {
  const version = parseDatabaseVersion(key);
  if (version !== undefined) return { kind: "database", version };
  if (path.startsWith("archives/")) return { kind: "archive" };
  if (path.startsWith("cache/")) {
    const name = path.slice("cache/".length);
    return { kind: "cache", name, hash: name.replace(/[-.].*$/s, "") };
  }
  return { kind: "file" };
}

/** `exports/<timestamp>-<random>.<format>`: nobody who knows when an export was made can guess its key. */
export function exportObjectKey(now: Date, random: string, format: "csv" | "json"): string {
  return `${EXPORTS}${compactTime(now)}-${random}.${format}`;
}

/** `20261121T093000Z` */
function compactTime(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}
