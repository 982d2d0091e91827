import { S3Error } from "./errors.ts";
import type { S3Request } from "./request.ts";

/** What conditions look at. */
export interface Validators {
  /** With its quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

/** A condition on what a write replaces: nothing may be there, or exactly this. */
export interface WriteCondition {
  readonly mustNotExist: boolean;
  readonly etag: string | undefined;
}

export type ReadVerdict = "send" | "not_modified";

const readNames = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"] as const;

/**
 * Judges `If-…` headers in RFC 9110's order: an ETag condition that is present hides the date condition of its
 * kind. Throws PreconditionFailed. With `x-amz-copy-source-` as the prefix, "not modified" is a failure as well.
 */
export function judgeRead(request: S3Request, current: Validators, prefix = ""): ReadVerdict {
  const [match, noneMatch, modifiedSince, unmodifiedSince] = readNames.map((name) => request.header(prefix + name));
  if (match !== undefined) {
    if (!matchesEtag(match, current.etag)) throw failed("If-Match");
  } else if (isDate(unmodifiedSince) && seconds(current.modifiedAt) > seconds(new Date(unmodifiedSince))) {
    throw failed("If-Unmodified-Since");
  }
  const isUnchanged =
    noneMatch === undefined
      ? isDate(modifiedSince) && seconds(current.modifiedAt) <= seconds(new Date(modifiedSince))
      : matchesEtag(noneMatch, current.etag);
  if (!isUnchanged) return "send";
  if (prefix !== "") throw failed(noneMatch === undefined ? "If-Modified-Since" : "If-None-Match");
  return "not_modified";
}

/** Reads the conditions that S3 knows for writes; others are NotImplemented there as well. */
export function parseWriteCondition(request: S3Request): WriteCondition {
  const noneMatch = request.header("if-none-match");
  if (noneMatch !== undefined && noneMatch.trim() !== "*") throw new S3Error("NotImplemented");
  return { mustNotExist: noneMatch !== undefined, etag: request.header("if-match") };
}

/** Called inside the transaction that writes, or two writers could both be told that they were first. */
export function assertWriteAllowed(condition: WriteCondition, existing: Pick<Validators, "etag"> | undefined): void {
  if (condition.mustNotExist && existing !== undefined) throw failed("If-None-Match");
  if (condition.etag === undefined) return;
  if (existing === undefined) throw new S3Error("NoSuchKey");
  if (!matchesEtag(condition.etag, existing.etag)) throw failed("If-Match");
}

/** True when one of the listed ETags is that one; clients send them with and without quotes. */
export function matchesEtag(header: string, etag: string): boolean {
  return header
    .split(",")
    .map((item) => item.trim().replace(/^W\//, ""))
    .some((item) => item === "*" || stripQuotes(item) === stripQuotes(etag));
}

export function stripQuotes(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}

function failed(condition: string): S3Error {
  return new S3Error("PreconditionFailed", undefined, { Condition: condition });
}

/** A date that cannot be read is no condition. */
function isDate(text: string | undefined): text is string {
  return text !== undefined && !Number.isNaN(Date.parse(text));
}

/** HTTP dates have no fractions. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
