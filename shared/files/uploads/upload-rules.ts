/** What a direct upload may be, how it is cut, and when it is whole. Pure. */
import { createHash } from "node:crypto";
import type { ListedPart } from "../../aws/bucket-uploads.ts";

const MIB = 1024 * 1024;

/** The largest upload that goes as one form; what is larger goes in parts. */
export const MAX_FORM_BYTES = 100 * MIB;

/** S3's own limits: parts of one upload, and the least that all but the last may have is 5 MiB. */
const MAX_PARTS = 10_000;
const PART_BYTES = 8 * MIB;

/** URLs in one answer: those signed long before they are used would expire. */
export const MAX_SIGNED_PARTS = 20;

/** A day after the last sign of life, and an hour for clocks and for whoever is just completing it. */
export const UPLOAD_MS = 25 * 3600_000;

/** How the bytes come. */
export type UploadKind = "post" | "multipart";

export function kindOf(sizeBytes: number): UploadKind {
  return sizeBytes <= MAX_FORM_BYTES ? "post" : "multipart";
}

/** 8 MiB, or as many whole MiB more as it takes to stay within S3's 10,000 parts. */
export function partSizeOf(sizeBytes: number): number {
  const least = Math.ceil(sizeBytes / MAX_PARTS);
  return Math.max(PART_BYTES, Math.ceil(least / MIB) * MIB);
}

export function countParts(sizeBytes: number, partSize: number): number {
  return Math.max(1, Math.ceil(sizeBytes / partSize));
}

/** All parts are of one size but the last, which is the rest. Undefined where there is no such part. */
export function sizeOfPart(partNumber: number, sizeBytes: number, partSize: number): number | undefined {
  const count = countParts(sizeBytes, partSize);
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > count) return undefined;
  return partNumber < count ? partSize : sizeBytes - partSize * (count - 1);
}

/** What is wrong with the parts that S3 has, if anything. */
export interface PartsVerdict {
  missing: number[];
  /** There, but not of their size, or not those that the client means. */
  wrong: number[];
}

/** Compares the parts that are there with the cut; `wanted` are the client's own receipts, if it kept them. */
export function judgeParts(
  parts: readonly ListedPart[],
  { sizeBytes, partSize }: { sizeBytes: number; partSize: number },
  wanted: readonly { part_number: number; etag: string }[] = [],
): PartsVerdict {
  const byNumber = new Map(parts.map((part) => [part.partNumber, part]));
  const etags = new Map(wanted.map(({ part_number, etag }) => [part_number, etag.replaceAll('"', "")]));
  const verdict: PartsVerdict = { missing: [], wrong: [] };
  for (let number = 1; number <= countParts(sizeBytes, partSize); number++) {
    const part = byNumber.get(number);
    byNumber.delete(number);
    if (part === undefined) verdict.missing.push(number);
    else if (part.sizeBytes !== sizeOfPart(number, sizeBytes, partSize)) verdict.wrong.push(number);
    else if ((etags.get(number) ?? part.etag) !== part.etag) verdict.wrong.push(number);
  }
  verdict.wrong.push(...byNumber.keys()); // beyond the last one
  return verdict;
}

/** The ETag that S3 gives to the joined parts: by it a part of an upload that was joined already is known again. */
export function joinedEtag(parts: readonly ListedPart[]): string {
  const md5 = createHash("md5");
  for (const { etag } of parts) md5.update(Buffer.from(etag, "hex"));
  return `${md5.digest("hex")}-${parts.length}`;
}
