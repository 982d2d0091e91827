import { toTimestamp } from "../../shared/clock.ts";
import type { UploadTarget } from "../../shared/contract/upload.ts";
import { AppError } from "../../shared/errors.ts";
import type { UploadRecord } from "../../shared/files/uploads/upload-record.ts";
import { countParts, MAX_SIGNED_PARTS, sizeOfPart } from "../../shared/files/uploads/upload-rules.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";
import { urlSeconds } from "./url-seconds.ts";

/** No longer than the bucket's policy takes a signature for. */
const SIGNED_SECONDS = 15 * 60;

/** Numbers of the parts whose URLs go with the first answer. */
export function firstParts({ size_bytes, part_size }: UploadRecord): number[] {
  if (part_size === undefined) return [];
  const count = Math.min(countParts(size_bytes, part_size), MAX_SIGNED_PARTS);
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Where the bytes of an open upload go: a signed form, or a URL for each of these parts. */
export async function toTarget(
  deps: ApiDeps,
  session: SessionRecord,
  upload: UploadRecord,
  partNumbers: readonly number[],
): Promise<UploadTarget> {
  const expiresInSeconds = urlSeconds(deps, session, SIGNED_SECONDS);
  const target = {
    upload_id: upload.upload_id,
    expires_at: upload.expires_at,
    urls_expire_at: toTimestamp(new Date(deps.clock.now().getTime() + expiresInSeconds * 1000)),
  };
  if (upload.kind === "post") return { ...target, post: await signForm(deps, upload, expiresInSeconds) };
  const { size_bytes, part_size = size_bytes } = upload;
  const parts = [...new Set(partNumbers)].map((number) => signPart(deps, upload, number, expiresInSeconds));
  return { ...target, part_size, part_count: countParts(size_bytes, part_size), parts: await Promise.all(parts) };
}

function signForm({ bucket }: ApiDeps, upload: UploadRecord, expiresInSeconds: number) {
  const { size_bytes: sizeBytes, content_type: contentType, sha256 } = upload;
  const checksum = sha256 === undefined ? {} : { sha256 };
  return bucket.presignPost(upload.object_key, { sizeBytes, contentType, expiresInSeconds, ...checksum });
}

async function signPart({ bucket }: ApiDeps, upload: UploadRecord, partNumber: number, expiresInSeconds: number) {
  const { object_key: key, s3_upload_id: uploadId = "", size_bytes, part_size = size_bytes } = upload;
  const sizeBytes = sizeOfPart(partNumber, size_bytes, part_size);
  if (sizeBytes === undefined) {
    const count = countParts(size_bytes, part_size);
    throw new AppError("invalid_request", `Cannot sign part ${partNumber}: this upload has parts 1 to ${count}`, {
      details: { errors: [{ field: "part_numbers", in: "body", message: `must be from 1 to ${count}` }] },
    });
  }
  const url = await bucket.presignPart({ key, uploadId }, { partNumber, sizeBytes, expiresInSeconds });
  return { part_number: partNumber, url, size_bytes: sizeBytes };
}
