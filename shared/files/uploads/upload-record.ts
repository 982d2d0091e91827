/**
 * A direct upload at rest: the item `SESSION#<id>` / `UPLOAD#<upload_id>`, and in the bucket either an object
 * `uploading/<upload_id>` that a signed form puts there, or the parts of a multipart upload of the file's own key.
 *
 * `new` → its room is being claimed · `open` → bytes may come · `completing` → somebody verifies them and makes the
 * file, by a lease · `done` · `aborting` → somebody removes what came, by a lease. Only `open` has two ways on, and one conditional
 * update decides which; from the others whoever comes next goes on where the one before died.
 */
import type { ListedPart } from "../../aws/bucket-uploads.ts";
import type { Item } from "../../aws/table.ts";
import type { Actor } from "../../contract/actor.ts";
import type { File } from "../../contract/file.ts";
import type { ChecksumAlgorithm, Upload } from "../../contract/upload.ts";
import { countParts, type UploadKind } from "./upload-rules.ts";

export interface UploadRecord extends Item {
  upload_id: string;
  state: "new" | "open" | "completing" | "done" | "aborting";
  kind: UploadKind;
  path: string;
  size_bytes: number;
  /** As the client declares it to S3; the file's own is decided by Cubby. */
  content_type: string;
  /** Hex; forms only, because S3 computes none over parts. */
  sha256?: string;
  checksum_algorithm?: ChecksumAlgorithm;
  /** Where the bytes arrive. */
  object_key: string;
  s3_upload_id?: string;
  part_size?: number;
  created_at: string;
  expires_at: string;
  /** Room that it has claimed in its session. */
  reserved: { bytes: number; files: number };
  created_by: Actor;
  /** The call that opened it, where that may come again. */
  call_id?: string;
  /** What the file must be when the upload completes, as it was asked for at its beginning. */
  if_match?: string;
  if_none_match?: true;
  /** Given up before its room was surely claimed. */
  never_opened?: true;
  lease_token?: string;
  lease_expires_at?: string;
  /** The history entry that will tell of it. */
  entry_id?: string;
  /** Of the joined parts, noted before they are joined. */
  joined_etag?: string;
  /** When done: the file as it was then. */
  file?: File;
}

/** The upload as clients see it, with the parts that S3 has. */
export function toUpload(record: UploadRecord, parts?: readonly ListedPart[]): Upload {
  const { upload_id, kind, path, size_bytes, content_type, created_at, expires_at, part_size, file } = record;
  const state = record.state === "new" ? "open" : record.state;
  return {
    ...{ upload_id, kind, state, path, size_bytes, content_type, created_at, expires_at },
    ...(record.sha256 === undefined ? {} : { sha256: record.sha256 }),
    ...(part_size === undefined ? {} : { part_size, part_count: countParts(size_bytes, part_size) }),
    ...(record.checksum_algorithm === undefined ? {} : { checksum_algorithm: record.checksum_algorithm }),
    ...(parts === undefined ? {} : { parts: parts.map(toPart), received_bytes: sumOf(parts) }),
    ...(file === undefined ? {} : { file }),
  };
}

function toPart({ partNumber, sizeBytes, etag, checksum }: ListedPart) {
  return { part_number: partNumber, size_bytes: sizeBytes, etag, ...(checksum === undefined ? {} : { checksum }) };
}

function sumOf(parts: readonly ListedPart[]): number {
  return parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
