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

/** True when the caller already has this version. */
export function isUnchanged(request: Request, etag: string): boolean {
  const known = request.headers.get("if-none-match");
  return known !== null && (known.trim() === "*" || listed(known).includes(etag));
}

export function wantsAbsent(request: Request): boolean {
  return request.headers.get("if-none-match")?.trim() === "*";
}

export function notModified(etag: string): Response {
  return new Response(null, { status: 304, headers: { etag } });
}

function listed(header: string): string[] {
  return header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
}
