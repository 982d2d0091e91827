export type Utf32Encoding = "utf-32le" | "utf-32be";

const LAST_CODE_POINT = 0x10ffff;
/** Fewer characters in four bytes each may be so by chance. */
const LEAST_CHARACTERS = 4;

/**
 * Text in UTF-32 that no byte order mark announces, by its first bytes: each four of them are a character that texts
 * have. No other encoding has a zero in the same one of every four bytes.
 */
export function utf32EncodingOf(head: Buffer): Utf32Encoding | undefined {
  const length = head.length - (head.length % 4);
  if (length < LEAST_CHARACTERS * 4) return undefined;
  if (isText(head, length, "utf-32le")) return "utf-32le";
  return isText(head, length, "utf-32be") ? "utf-32be" : undefined;
}

function isText(head: Buffer, length: number, encoding: Utf32Encoding): boolean {
  for (let at = 0; at < length; at += 4) {
    const code = readCode(head, at, encoding);
    const isControl = code < 32 && !(code >= 9 && code <= 13);
    if (isControl || !isCharacter(code)) return false;
  }
  return true;
}

function readCode(bytes: Buffer, at: number, encoding: Utf32Encoding): number {
  return encoding === "utf-32le" ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

/** Halves of pairs are none by themselves. */
function isCharacter(code: number): boolean {
  return code <= LAST_CODE_POINT && !(code >= 0xd800 && code <= 0xdfff);
}

/**
 * A function from bytes in UTF-32 to text, as `TextDecoder`, which knows no such encoding, would be one: called without
 * bytes it gives what is left over, and what is no character becomes U+FFFD.
 */
export function createUtf32Decoder(encoding: Utf32Encoding): (bytes?: Uint8Array) => string {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    if (bytes === undefined) {
      const isCut = rest.length > 0;
      rest = Buffer.alloc(0);
      return isCut ? "\ufffd" : "";
    }
    const all = Buffer.concat([rest, bytes]);
    const end = all.length - (all.length % 4);
    rest = Buffer.from(all.subarray(end));
    return toText(all.subarray(0, end), encoding);
  };
}

/** By way of UTF-16, which the platform decodes at once. */
function toText(bytes: Buffer, encoding: Utf32Encoding): string {
  const units = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 4) {
    const sent = readCode(bytes, at, encoding);
    const code = isCharacter(sent) ? sent : 0xfffd;
    if (code > 0xffff) {
      length = units.writeUInt16LE(0xd800 + ((code - 0x10000) >> 10), length);
      length = units.writeUInt16LE(0xdc00 + ((code - 0x10000) & 0x3ff), length);
    } else length = units.writeUInt16LE(code, length);
  }
  return units.toString("utf16le", 0, length);
}
