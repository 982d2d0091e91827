import type { KeyRange } from "./objects.ts";

/** What to list: everything under `prefix` from `from` on, at most `limit` entries, folded at `delimiter`. */
export interface ListingRequest {
  readonly prefix: string;
  /** Empty: keys are not folded. */
  readonly delimiter: string;
  /** A position, in bytes; empty for the beginning. */
  readonly from: Buffer;
  readonly limit: number;
}

export interface Listing<T> {
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page begins; undefined when this is the last. */
  readonly next: Buffer | undefined;
}

/** No UTF-8 begins with this byte: every key sorts before it. */
const END = Buffer.from([0xff]);

/** Lists keys in byte order, jumping over everything below a common prefix instead of reading it. */
export function listKeys<T extends { readonly key: string }>(
  scan: (range: KeyRange) => Iterable<T>,
  request: ListingRequest,
): Listing<T> {
  const prefix = Buffer.from(request.prefix);
  const before = positionAfterPrefix(prefix);
  const items: T[] = [];
  const commonPrefixes: string[] = [];
  let from = Buffer.compare(request.from, prefix) > 0 ? request.from : prefix;
  let jumped = true;
  while (jumped && request.limit > 0) {
    jumped = false;
    for (const item of scan({ from, before })) {
      if (items.length + commonPrefixes.length === request.limit) return { items, commonPrefixes, next: from };
      const common = commonPrefix(item.key, request);
      if (common === undefined) {
        items.push(item);
        from = positionAfterKey(item.key);
      } else {
        commonPrefixes.push(common);
        from = positionAfterPrefix(Buffer.from(common));
        jumped = true;
        break;
      }
    }
  }
  return { items, commonPrefixes, next: undefined };
}

/** The first position behind a key: no key sorts between it and itself with NUL appended. */
export function positionAfterKey(key: string): Buffer {
  return Buffer.from(`${key}\0`);
}

/** The first position behind everything with that prefix: its last byte one higher. Bytes of UTF-8 never reach 255. */
export function positionAfterPrefix(prefix: Buffer): Buffer {
  if (prefix.length === 0) return END;
  const position = Buffer.from(prefix);
  position.writeUInt8(position.readUInt8(prefix.length - 1) + 1, prefix.length - 1);
  return position;
}

function commonPrefix(key: string, { prefix, delimiter }: ListingRequest): string | undefined {
  if (delimiter === "") return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
