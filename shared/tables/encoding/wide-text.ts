import { type Utf32Encoding, utf32EncodingOf } from "./utf32.ts";

type Utf16Encoding = "utf-16le" | "utf-16be";
export type WideEncoding = Utf16Encoding | Utf32Encoding;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Text in UTF-16 or UTF-32 that no byte order mark announces, by its first bytes. In UTF-16 Western text has a zero in every other byte.
 * Of other scripts only separators, digits and line breaks have one, always on the same side; then the line breaks must
 * stand where two bytes make a character, and all characters must be ones that texts have.
 */
export function wideEncodingOf(head: Buffer): WideEncoding | undefined {
  return utf32EncodingOf(head) ?? utf16EncodingOf(head);
}

function utf16EncodingOf(head: Buffer): Utf16Encoding | undefined {
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even === odd) return undefined;
  const encoding = odd > even ? "utf-16le" : "utf-16be";
  const [most, least] = odd > even ? [odd, even] : [even, odd];
  const half = head.length / 2;
  if (most > half * 0.6 && least < half * 0.1) return encoding;
  return most > 2 && least <= most * 0.02 && isText(head, encoding) ? encoding : undefined;
}

function isText(head: Buffer, encoding: Utf16Encoding): boolean {
  // The head may end within a character.
  const text = new TextDecoder(encoding).decode(head.subarray(0, head.length - (head.length % 2)));
  return hasWideLineBreaks(head, encoding) && oddCharacters(text) <= text.length * 0.01;
}

/** Every line feed of text in single bytes would have a neighbour other than zero. */
function hasWideLineBreaks(head: Buffer, encoding: Utf16Encoding): boolean {
  const low = encoding === "utf-16le" ? 0 : 1;
  let wide = 0;
  let narrow = 0;
  for (const [index, byte] of head.entries()) {
    if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) continue;
    const other = head[index % 2 === 0 ? index + 1 : index - 1];
    if (index % 2 === low && other === 0) wide++;
    else if (other !== undefined && other < 0x80 && other >= 0x20) narrow++;
  }
  return wide > 0 && wide >= narrow;
}

function oddCharacters(text: string): number {
  return text.match(/[\0\ufffd\p{Cn}\p{Co}]/gu)?.length ?? 0;
}
