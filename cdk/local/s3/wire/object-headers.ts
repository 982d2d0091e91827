import { validateHeaderValue } from "node:http";
import { S3Error } from "./errors.ts";
import type { S3Request } from "./request.ts";

/** Response headers of an object as they were given at its creation, `x-amz-meta-…` included. */
export type ObjectHeaders = Readonly<Record<string, string>>;

const storedNames = [
  "content-type",
  "content-disposition",
  "content-encoding",
  "content-language",
  "cache-control",
  "expires",
];

/** S3's limit on user metadata: names and values together. */
const MAX_METADATA_BYTES = 2048;
const METADATA_PREFIX = "x-amz-meta-";

/** What S3 calls an object whose type nobody said. */
const DEFAULT_CONTENT_TYPE = "binary/octet-stream";

/** Takes what is to be kept from a request. Throws NotImplemented for headers that ask for what we do not do. */
export function readObjectHeaders(request: S3Request): ObjectHeaders {
  assertHeadersSupported((name) => request.amzHeader(name));
  return collect(
    (name) => (name.startsWith(METADATA_PREFIX) ? request.amzHeader(name) : request.header(name)),
    request.amzNames(),
  );
}

/** The same from the fields of a POST form, whose values are UTF-8 and may hold what no header may. */
export function readFormHeaders(fields: ReadonlyMap<string, string>): ObjectHeaders {
  assertHeadersSupported((name) => fields.get(name));
  return collect(
    (name) => {
      const value = fields.get(name);
      // Node writes headers as Latin-1: one character per byte carries the UTF-8 bytes through unchanged.
      return value === undefined ? undefined : assertHeaderValue(name, Buffer.from(value, "utf8").toString("latin1"));
    },
    [...fields.keys()],
  );
}

/** Throws InvalidArgument, as S3 does, for a value that cannot stand in a header. */
export function assertHeaderValue(name: string, value: string): string {
  try {
    validateHeaderValue(name, value);
    return value;
  } catch {
    throw new S3Error("InvalidArgument", "Header value cannot be represented using ISO-8859-1.", {
      ArgumentName: name,
    });
  }
}

function collect(read: (name: string) => string | undefined, names: readonly string[]): ObjectHeaders {
  const metadata = names.filter((name) => name.startsWith(METADATA_PREFIX) && /^[!#$%&'*+.^_`|~\w-]+$/.test(name));
  const found: Record<string, string> = { "content-type": DEFAULT_CONTENT_TYPE };
  let metadataBytes = 0;
  for (const name of [...storedNames, ...metadata]) {
    const value = name === "content-encoding" ? withoutAwsChunked(read(name)) : read(name);
    if (value === undefined || value === "") continue;
    found[name] = value;
    if (name.startsWith(METADATA_PREFIX)) metadataBytes += name.length - METADATA_PREFIX.length + value.length;
  }
  if (metadataBytes > MAX_METADATA_BYTES) throw new S3Error("MetadataTooLarge");
  return found;
}

/** `aws-chunked` describes the way here, not the object. */
function withoutAwsChunked(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "aws-chunked")
    .join(",");
}

const refusedNames = [
  "x-amz-tagging",
  "x-amz-website-redirect-location",
  "x-amz-object-lock-mode",
  "x-amz-object-lock-retain-until-date",
  "x-amz-object-lock-legal-hold",
  "x-amz-server-side-encryption-customer-algorithm",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-grant-read",
  "x-amz-grant-write",
  "x-amz-grant-full-control",
  "x-amz-write-offset-bytes",
  "x-amz-bucket-object-lock-enabled",
];

/** Headers of which only the value that S3 assumes anyway is understood. */
const onlyValue: Record<string, readonly string[]> = {
  "x-amz-storage-class": ["STANDARD"],
  "x-amz-server-side-encryption": ["AES256"],
  "x-amz-tagging-directive": ["COPY"],
  "x-amz-acl": ["private", "bucket-owner-full-control"],
};

/** Throws NotImplemented for a header that asks for what this server does not do: silence would be a lie. */
export function assertHeadersSupported(read: (name: string) => string | undefined): void {
  for (const name of refusedNames) if (read(name) !== undefined) throw new S3Error("NotImplemented");
  for (const [name, values] of Object.entries(onlyValue)) {
    const value = read(name);
    if (value !== undefined && !values.includes(value)) throw new S3Error("NotImplemented");
  }
}
