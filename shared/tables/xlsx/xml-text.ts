import { isUtf8 } from "node:buffer";

const named: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The attributes of an element by local name: `r:id` and `id` are both `id`. For the rare elements only. */
export function readAttributes(bytes: Buffer, from: number, to: number): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const match of bytes
    .toString("utf8", from, to)
    .matchAll(/(?:[^\s=:]+:)?([^\s=:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    const [, name = "", double, single] = match;
    attributes[name] ??= resolveReferences(double ?? single ?? "");
  }
  return attributes;
}

/** Text content as a string, references resolved and line breaks as XML wants them. */
export function decodeText(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString("utf8", from, to);
  const plain = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  return resolveReferences(plain);
}

/** What Excel writes for characters that XML cannot hold: `_x000D_` is a carriage return, `_x005F_` an underscore. */
export function resolveEscapes(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/(?:_x[0-9A-Fa-f]{4}_)+/g, (escapes) => {
    const resolved = escapes.replace(/_x(.{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    // Half a surrogate pair is no text; what was written is at least readable.
    return resolved.isWellFormed() ? resolved : escapes;
  });
}

function resolveReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : whole;
    },
  );
}

const special = new Uint8Array(256).fill(4, 0x80);
special["&".charCodeAt(0)] = special["\r".charCodeAt(0)] = 1;
special["_".charCodeAt(0)] = 2;

/** True when `bytes[from..to)` are the text as they stand: valid UTF-8 without references, escapes or `\r`. */
export function isPlainText(bytes: Buffer, from: number, to: number): boolean {
  let found = 0;
  for (let position = from; position < to; position++) found |= special[bytes[position] as number] as number;
  if (found === 0) return true;
  if ((found & 1) !== 0) return false;
  if ((found & 2) !== 0 && holdsEscape(bytes, from, to)) return false;
  return (found & 4) === 0 || isUtf8(bytes.subarray(from, to));
}

/** Whether there is an `_x`, with which every escape begins. */
function holdsEscape(bytes: Buffer, from: number, to: number): boolean {
  for (let position = from + 1; position < to; position++) {
    if (bytes[position] === 0x78 && bytes[position - 1] === 0x5f) return true;
  }
  return false;
}
