/** `since` as text: the opaque token that answers carry, or what people write by hand. */
import { BEGINNING, isEntryId, positionAt } from "../entry-id.ts";
import { MAX_UNSETTLED, type Since } from "./since.ts";

const PREFIX = "s1.";
const ID_BYTES = 16;

/** The token: the ids one after the other, the settled position first. */
export function toSinceToken({ settled, delivered }: Since): string {
  const hex = [settled, ...delivered].join("").replaceAll("-", "");
  return `${PREFIX}${Buffer.from(hex, "hex").toString("base64url")}`;
}

/** A token of ours, an entry's id, or a time; undefined for any other text. */
export function parseSince(text: string): Since | undefined {
  if (text.startsWith(PREFIX)) return parseToken(text.slice(PREFIX.length));
  if (isEntryId(text)) return { settled: text, delivered: [] };
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : { settled: positionAt(time), delivered: [] };
}

/** From the very beginning. */
export const sinceBeginning: Since = { settled: BEGINNING, delivered: [] };

function parseToken(text: string): Since | undefined {
  const bytes = Buffer.from(text, "base64url");
  const count = bytes.length / ID_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > MAX_UNSETTLED + 1) return undefined;
  const ids = Array.from({ length: count }, (_, index) => toId(bytes, index * ID_BYTES));
  const [settled = BEGINNING, ...delivered] = ids;
  return { settled, delivered: [...new Set(delivered)].sort() };
}

function toId(bytes: Buffer, start: number): string {
  const hex = bytes.toString("hex", start, start + ID_BYTES);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** True for tokens, not for ids and times. */
export function isSinceToken(text: string): boolean {
  return text.startsWith(PREFIX);
}
