import { BEGUN, ENDS, LATER, SIGNED_URL, type SomeExamples } from "./example.ts";
import { stored } from "./files.ts";

const MIB = 1024 * 1024;
const UPLOAD_ID = "0199f3a5c0007d1e8a2b3c4d5e6f7081";
const ETAG = "9b2cf535f27731c974343645a3985328";
const path = "uploads/measurements.parquet";

const target = {
  upload_id: UPLOAD_ID,
  expires_at: ENDS,
  urls_expire_at: LATER,
  part_size: 8 * MIB,
  part_count: 15,
  parts: [{ part_number: 1, url: SIGNED_URL, size_bytes: 8 * MIB }],
};

const upload = {
  upload_id: UPLOAD_ID,
  kind: "multipart" as const,
  state: "open" as const,
  path,
  size_bytes: 120 * MIB,
  content_type: "application/vnd.apache.parquet",
  checksum_algorithm: "crc32" as const,
  created_at: BEGUN,
  expires_at: ENDS,
  part_size: 8 * MIB,
  part_count: 15,
  parts: [{ part_number: 1, size_bytes: 8 * MIB, etag: ETAG, checksum: "SWFvYg==" }],
  received_bytes: 8 * MIB,
};

export const uploadExamples = {
  createUpload: { body: { path, size_bytes: 120 * MIB, checksum_algorithm: "crc32" }, answer: target },
  listUploads: { answer: { data: [upload], next_cursor: null } },
  getUpload: { answer: upload },
  signParts: {
    body: { part_numbers: [2] },
    answer: { ...target, parts: [{ part_number: 2, url: SIGNED_URL, size_bytes: 8 * MIB }] },
  },
  completeUpload: {
    body: {
      parts: [
        { part_number: 1, etag: ETAG },
        { part_number: 2, etag: ETAG },
      ],
      checksum: "cbvd/g==",
    },
    answer: stored,
  },
  abortUpload: { answer: { upload_id: UPLOAD_ID, status: "aborted" } },
} satisfies SomeExamples;
