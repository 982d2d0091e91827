import type { IncomingMessage } from "node:http";
import { S3Error } from "./errors.ts";

/** S3's own limit on a key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

export type QueryPair = readonly [name: string, value: string];

/** A request as S3 sees it: method, path-style address, query, headers, and a body that is read at most once. */
export class S3Request {
  readonly method: string;
  /** Decoded, with its leading slash; signatures are computed over it. */
  readonly path: string;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for a bucket. */
  readonly key: string;
  readonly queryPairs: readonly QueryPair[];
  readonly #incoming: IncomingMessage;
  readonly #inviteBody: () => void;

  /** `inviteBody` tells a client that waits for `100 Continue` to go ahead; throws InvalidURI for a bad target. */
  constructor(incoming: IncomingMessage, inviteBody: () => void) {
    const [rawPath = "", rawQuery] = splitOnce(incoming.url ?? "", "?");
    if (!rawPath.startsWith("/")) throw new S3Error("InvalidURI");
    const [bucket, key = ""] = splitOnce(rawPath.slice(1), "/");
    this.method = incoming.method ?? "";
    this.path = percentDecode(rawPath);
    this.bucket = percentDecode(bucket);
    this.key = percentDecode(key);
    this.queryPairs = parseQuery(rawQuery ?? "");
    this.#incoming = incoming;
    this.#inviteBody = inviteBody;
    if (Buffer.byteLength(this.key) > MAX_KEY_BYTES) throw new S3Error("KeyTooLongError");
  }

  /** Values of a header that was sent more than once are joined with a comma, as S3 does. */
  header(name: string): string | undefined {
    return this.#incoming.headersDistinct[name]?.join(",");
  }

  headerNames(): string[] {
    return Object.keys(this.#incoming.headersDistinct);
  }

  /** The first value of that name; an empty string for a name without a value, as in `?uploads`. */
  query(name: string): string | undefined {
    return this.queryPairs.find(([found]) => found === name)?.[1];
  }

  /**
   * A header, or what a presigned URL carries in its place: SDKs move `x-amz-…` headers into the query. Checksums
   * stay out: SDKs sign that of an empty body there, and S3 ignores it.
   */
  amzHeader(name: string): string | undefined {
    const sent = this.header(name);
    if (sent !== undefined || name.includes("checksum")) return sent;
    if (this.query("X-Amz-Signature") === undefined) return undefined;
    return this.queryPairs.find(([found]) => found.toLowerCase() === name)?.[1];
  }

  /** Names of `x-amz-meta-…` headers, wherever they stand. */
  amzNames(): string[] {
    const hoisted = this.query("X-Amz-Signature") === undefined ? [] : this.queryPairs.map(([name]) => name);
    return [...new Set([...this.headerNames(), ...hoisted.map((name) => name.toLowerCase())])];
  }

  /** The raw bytes of the body. Leaving the loop early keeps the connection, so that an error can be answered. */
  openBody(): AsyncIterable<Buffer> {
    this.#inviteBody();
    return this.#incoming.iterator({ destroyOnReturn: false });
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Strict: malformed escapes and bytes that are not UTF-8 would name a different key than the client meant. */
function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI");
  }
}

function parseQuery(query: string): QueryPair[] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name, value = ""] = splitOnce(pair.replaceAll("+", " "), "=");
      return [percentDecode(name), percentDecode(value)];
    });
}
