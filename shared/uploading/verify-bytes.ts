/** Whether what came is what was announced, and the step that makes it the file's object: never one without the other. */
import { fileObjectKey } from "../aws/object-keys.ts";
import type { CompleteUploadRequest } from "../contract/upload.ts";
import { AppError } from "../errors.ts";
import { typeByName } from "../files/media-type.ts";
import type { UploadRecord } from "../files/uploads/upload-record.ts";
import { joinedEtag, judgeParts, type PartsVerdict } from "../files/uploads/upload-rules.ts";
import type { ClaimedUpload } from "../files/uploads/upload-store.ts";
import type { UploadingDeps } from "./uploading-deps.ts";

/** The object as the file's record needs it. */
export interface VerifiedObject {
  etag: string;
  sizeBytes: number;
  sha256?: string;
}

/**
 * What may be replaced, as S3 is to check it: only where the client set a condition, and then exactly what the record
 * said a moment ago.
 */
export interface Replaces {
  ifMatch?: string | null;
}

/**
 * Verifies size and checksum of a form's object, then copies it, by its ETag, to the file's key. Throws
 * `upload_incomplete` while nothing came.
 */
export async function moveForm(
  { bucket }: UploadingDeps,
  sessionId: string,
  { upload, isResumed }: ClaimedUpload,
  replaces: Replaces,
): Promise<VerifiedObject> {
  const staged = await bucket.describe(upload.object_key);
  if (staged === undefined) throw incomplete(upload, { received_bytes: 0 });
  if (staged.sizeBytes !== upload.size_bytes) throw incomplete(upload, { received_bytes: staged.sizeBytes });
  if (upload.sha256 !== undefined && staged.sha256 !== upload.sha256) throw otherBytes(upload, staged.sha256);
  const key = fileObjectKey(sessionId, upload.path);
  const object = { etag: staged.etag, sizeBytes: staged.sizeBytes };
  const verified = upload.sha256 === undefined ? object : { ...object, sha256: upload.sha256 };
  if (isResumed && (await bucket.find(key))?.etag === staged.etag) return verified; // copied before
  const from = { key: upload.object_key, etag: staged.etag };
  const etag = await bucket.copy(from, key, { contentType: typeByName(upload.path), ...replaces });
  if (etag === undefined) throw incomplete(upload, { received_bytes: 0 });
  return { ...verified, etag };
}

/** Verifies number, sizes and, where the client knows it, the CRC of the parts, and has S3 join them. */
export async function joinParts(
  deps: UploadingDeps,
  claimed: ClaimedUpload,
  proof: CompleteUploadRequest,
  replaces: Replaces,
): Promise<VerifiedObject> {
  const { upload } = claimed;
  const place = { key: upload.object_key, uploadId: upload.s3_upload_id ?? "" };
  const parts = await deps.bucket.listParts(place);
  if (parts === undefined) return joinedBefore(deps, upload);
  const cut = { sizeBytes: upload.size_bytes, partSize: upload.part_size ?? upload.size_bytes };
  const verdict = judgeParts(parts, cut, proof.parts);
  if (verdict.missing.length > 0 || verdict.wrong.length > 0) throw incomplete(upload, toDetails(verdict));
  const expected = joinedEtag(parts);
  // Noted first: whoever goes on after a crash knows by it whether the parts were joined.
  await deps.uploads.note(claimed, { joined_etag: expected });
  const { checksum_algorithm: algorithm = "crc64nvme" } = upload;
  const checksum = proof.checksum === undefined ? {} : { checksum: proof.checksum };
  const etag = await deps.bucket.joinParts(place, parts, { algorithm, ...checksum, ...replaces });
  if (etag === undefined) return joinedBefore(deps, { ...upload, joined_etag: expected });
  return { etag, sizeBytes: upload.size_bytes };
}

/** S3 knows the parts no more: they are the object that is there, or they are gone. */
async function joinedBefore({ bucket }: UploadingDeps, upload: UploadRecord): Promise<VerifiedObject> {
  const object = upload.joined_etag === undefined ? undefined : await bucket.find(upload.object_key);
  if (object !== undefined && object.etag === upload.joined_etag) {
    return { etag: object.etag, sizeBytes: object.sizeBytes };
  }
  throw new AppError("upload_not_found", `Cannot complete upload "${upload.upload_id}": its parts are gone`);
}

function toDetails({ missing, wrong }: PartsVerdict) {
  const shown = 100;
  return {
    ...{ missing_parts: missing.slice(0, shown), missing_count: missing.length },
    ...{ wrong_parts: wrong.slice(0, shown), wrong_count: wrong.length },
  };
}

function incomplete(upload: UploadRecord, details: object): AppError {
  return new AppError(
    "upload_incomplete",
    `Cannot complete "${upload.path}": not all of its ${upload.size_bytes} bytes are there`,
    { details: { size_bytes: upload.size_bytes, ...details } },
  );
}

function otherBytes(upload: UploadRecord, found: string | undefined): AppError {
  return new AppError("checksum_mismatch", `Cannot complete "${upload.path}": its SHA-256 is another`, {
    details: { sha256: upload.sha256, found_sha256: found ?? null },
  });
}
