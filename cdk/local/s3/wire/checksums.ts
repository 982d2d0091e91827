import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Crc32c } from "@aws-crypto/crc32c";
import { Crc64Nvme } from "./crc64nvme.ts";
import { S3Error } from "./errors.ts";

/** The algorithms, each with the length of its digest in bytes and whether S3 can give one for a whole multipart object. */
export const checksumAlgorithms = {
  CRC32: { bytes: 4, wholeObject: true },
  CRC32C: { bytes: 4, wholeObject: true },
  CRC64NVME: { bytes: 8, wholeObject: true },
  SHA1: { bytes: 20, wholeObject: false },
  SHA256: { bytes: 32, wholeObject: false },
} as const;

export type ChecksumAlgorithm = keyof typeof checksumAlgorithms;
export const checksumNames = Object.keys(checksumAlgorithms).filter(isChecksumAlgorithm);

/** FULL_OBJECT: over the bytes. COMPOSITE: over the digests of the parts, with `-N` behind it. */
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

/** A checksum as it is stored and sent: base64, `-N` included where it is a composite. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

/** Something that is fed bytes and then asked once. */
export interface Digester {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(checksumAlgorithms, name);
}

/** Reads an algorithm's name in any case; throws InvalidRequest for one that S3 does not have. */
export function parseChecksumAlgorithm(name: string): ChecksumAlgorithm {
  const upper = name.toUpperCase();
  if (isChecksumAlgorithm(upper)) return upper;
  throw new S3Error("InvalidRequest", "Checksum algorithm provided is unsupported. Please try again with another one.");
}

/** `x-amz-checksum-sha256` and its sisters. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The name of the element in S3's XML. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

export function createDigester(algorithm: ChecksumAlgorithm): Digester {
  switch (algorithm) {
    case "CRC32":
      return crc32Digester();
    case "CRC32C":
      return crc32cDigester();
    case "CRC64NVME":
      return new Crc64Nvme();
    case "SHA1":
      return createHash("sha1");
    case "SHA256":
      return createHash("sha256");
  }
}

/** Throws InvalidRequest unless the value can be a digest of that algorithm at all. */
export function assertChecksumShape(algorithm: ChecksumAlgorithm, value: string): void {
  const decoded = Buffer.from(value, "base64");
  if (decoded.length !== checksumAlgorithms[algorithm].bytes || decoded.toString("base64") !== value) {
    throw new S3Error("InvalidRequest", `Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
}

export function checksumMismatch(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
}

/** The composite of a multipart object: the algorithm over the parts' raw digests, then how many there were. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): Checksum {
  const digester = createDigester(algorithm);
  for (const part of parts) digester.update(Buffer.from(part, "base64"));
  return { algorithm, type: "COMPOSITE", value: `${digester.digest().toString("base64")}-${parts.length}` };
}

function crc32Digester(): Digester {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    digest: () => bigEndian(value),
  };
}

function crc32cDigester(): Digester {
  const state = new Crc32c();
  return {
    update: (bytes) => {
      state.update(bytes);
    },
    digest: () => bigEndian(state.digest()),
  };
}

function bigEndian(value: number): Buffer {
  const result = Buffer.alloc(4);
  result.writeUInt32BE(value >>> 0);
  return result;
}
