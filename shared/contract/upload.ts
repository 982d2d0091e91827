/**
 * Direct uploads: the bytes go straight to the storage. Up to 100 MiB (104,857,600 bytes) as one form, above in parts
 * of `part_size`, each sent with PUT to its own URL, in any order and at the same time, again where one failed.
 */
import * as z from "zod";
import { file } from "./file.ts";
import { pageOf, timestamp } from "./values.ts";

/** Checksums that S3 computes over a whole object, however many parts it came in. */
export const checksumAlgorithm = z.enum(["crc32", "crc64nvme"]);

const partNumber = z.int().min(1).max(10_000).meta({ description: "From 1 on, in the order of the file" });

export const createUploadRequest = z
  .strictObject({
    path: z.string().max(1024).meta({ description: "`folder/name`", example: "uploads/sales.csv" }),
    size_bytes: z.int().min(0).meta({ description: "Exactly; another size is refused by the storage" }),
    content_type: z
      .string()
      .regex(/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/, "must be 1-255 visible ASCII characters")
      .default("application/octet-stream")
      .meta({ description: "What the form declares to the storage; the file's own type is decided by Cubby" }),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, "must be 64 hexadecimal digits")
      .optional()
      .meta({
        description:
          "Of the whole file; the storage refuses other bytes. Only up to 100 MiB: over parts the storage computes " +
          "CRCs alone, and a larger upload with `sha256` is refused rather than not verified. Give `checksum` to " +
          "`complete` there",
      }),
    checksum_algorithm: checksumAlgorithm.optional().meta({
      description: "Of the `checksum` that `complete` will be given, in parts only; default `crc64nvme`",
    }),
  })
  .meta({ id: "CreateUpload" });

const uploadId = z.string().meta({ description: "Names the upload; with it one that broke off goes on" });
const partCount = z.int().meta({ description: "How many parts there are to send" });

const form = z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }).meta({
  description: "POST as multipart/form-data: these fields, then `file`. A key of its own: replays change nothing",
});

const signedPart = z.object({
  part_number: partNumber,
  url: z.string().meta({ description: "Where to PUT it" }),
  size_bytes: z.int().meta({ description: "Exactly so many bytes; another length is refused by the storage" }),
});

/** Where the bytes go. URLs live up to 15 minutes: more of them, and fresh ones, from `POST …/parts`. */
export const uploadTarget = z
  .object({
    upload_id: uploadId,
    expires_at: timestamp.meta({ description: "When the upload is given up without a further sign of life" }),
    urls_expire_at: timestamp,
    post: form.optional().meta({ description: "Up to 100 MiB" }),
    part_size: z.int().optional().meta({
      description: "Above: 8 MiB, or whole MiB more so that there are at most 10,000 parts; the last is the rest",
    }),
    part_count: partCount.optional(),
    parts: z.array(signedPart).optional().meta({ description: "The first 20, or those asked for" }),
  })
  .meta({ id: "UploadTarget" });

export const signPartsRequest = z
  .strictObject({
    part_numbers: z.array(partNumber).max(20).default([]).meta({ description: "None for an upload by form" }),
  })
  .meta({ id: "SignParts" });

export const completeUploadRequest = z
  .strictObject({
    parts: z
      .array(
        z.object({
          part_number: partNumber,
          etag: z.string().max(128).meta({ description: "Header `ETag` of the storage's answer" }),
        }),
      )
      .max(10_000)
      .optional()
      .meta({ description: "What the storage answered to each part; without it the parts that are there are meant" }),
    checksum: z
      .string()
      .regex(/^[A-Za-z0-9+/]{6,11}={1,2}$/, "must be a CRC in base64")
      .optional()
      .meta({ description: "CRC over the whole file, of the upload's `checksum_algorithm`, in base64; in parts only" }),
  })
  .meta({ id: "CompleteUpload" });

const receivedPart = z.object({
  part_number: partNumber,
  size_bytes: z.int().meta({ description: "As it lies there" }),
  etag: z.string().meta({ description: "For `complete`" }),
  checksum: z.string().optional().meta({ description: "As the storage computed it, in base64" }),
});

export const upload = z
  .object({
    upload_id: uploadId,
    kind: z.enum(["post", "multipart"]).meta({ description: "By one form, or in parts" }),
    state: z
      .enum(["open", "completing", "done", "aborting"])
      .meta({ description: "`completing`: being verified. `done`: a file. `aborting`: given up, being removed" }),
    path: z.string().meta({ description: "Where the file will be: `folder/name`" }),
    size_bytes: z.int().meta({ description: "As announced" }),
    content_type: z.string().meta({ description: "As announced" }),
    sha256: z.string().optional().meta({ description: "As announced, where it was" }),
    checksum_algorithm: checksumAlgorithm
      .optional()
      .meta({ description: "Of `checksum` at `complete`, in parts only" }),
    created_at: timestamp,
    expires_at: timestamp,
    part_size: z.int().optional().meta({ description: "In bytes; the last part is the rest" }),
    part_count: partCount.optional(),
    parts: z.array(receivedPart).optional().meta({ description: "Parts that the storage has" }),
    received_bytes: z.int().optional().meta({ description: "Of all the parts that the storage has" }),
    file: file.optional().meta({ description: "When done: what it became" }),
  })
  .meta({ id: "Upload" });

export const uploadPage = pageOf(upload);

export const uploadAborted = z.object({ upload_id: z.string(), status: z.literal("aborted") });

export type ChecksumAlgorithm = z.infer<typeof checksumAlgorithm>;
export type Upload = z.infer<typeof upload>;
export type UploadTarget = z.infer<typeof uploadTarget>;
export type CreateUploadRequest = z.infer<typeof createUploadRequest>;
export type CompleteUploadRequest = z.infer<typeof completeUploadRequest>;
