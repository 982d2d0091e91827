/** Conditional requests (RFC 9110, section 13) on things with a strong ETag. */
import { AppError } from "../../shared/errors.ts";

export function quoteEtag(tag: string | number): string {
  return `"${tag}"`;
}

/** Throws 412 when `If-Match` names another version than the one that is there. */
export function assertMatches(request: Request, etag: string | undefined): void {
  const wanted = request.headers.get("if-match");
  if (wanted === null) return;
  if (etag === undefined || !(wanted.trim() === "*" || listed(wanted).includes(etag))) {
    throw new AppError("precondition_failed", "Cannot go on: If-Match names another version than the present one");
  }
}

/** True when the caller already has this version, by ETag (weak comparison, as for every read) or else by time. */
export function isUnchanged(request: Request, etag: string, modifiedAt?: string): boolean {
  const known = request.headers.get("if-none-match");
  if (known !== null) return known.trim() === "*" || listed(known).includes(etag);
  if (modifiedAt === undefined) return false;
  const since = Date.parse(request.headers.get("if-modified-since") ?? "");
  // HTTP dates have no fractions; one that cannot be read is no condition.
  return Math.floor(Date.parse(modifiedAt) / 1000) * 1000 <= since;
}

/** The versions that the caller says he has. */
export function knownEtags(request: Request): string[] {
  return listed(request.headers.get("if-none-match") ?? "");
}

export function wantsAbsent(request: Request): boolean {
  return request.headers.get("if-none-match")?.trim() === "*";
}

export function notModified(etag: string): Response {
  return new Response(null, { status: 304, headers: { etag, "cache-control": "no-store" } });
}

/** The entity tags of a precondition's header. */
export function listed(header: string): string[] {
  return header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
}
