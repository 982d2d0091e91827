import { startsWith } from "./plain-bytes.ts";

const quote = 0x22;
const slash = 0x2f;
const less = 0x3c;
const greater = 0x3e;
const formulaEnd = Uint8Array.from(Buffer.from("</f>"));

/**
 * Passes over a formula: `from` stands behind `<f`. Answers where the formula ends, `</f>` or `/>` included; -1 where
 * it is not plain, or not at hand up to its end.
 */
export function endOfFormula(bytes: Buffer, from: number, length: number): number {
  const tagEnd = endOfTag(bytes, from, length);
  if (tagEnd < 0 || bytes[tagEnd - 2] === slash) return tagEnd;
  let position = tagEnd;
  while (position < length && bytes[position] !== less) position++;
  const end = position + formulaEnd.length;
  return end <= length && startsWith(bytes, position, formulaEnd) ? end : -1;
}

function endOfTag(bytes: Buffer, from: number, length: number): number {
  let quotes = 0;
  for (let position = from; position < length; position++) {
    const byte = bytes[position] as number;
    if (byte === quote) quotes++;
    // A ">" in an attribute is allowed, and never seen.
    else if (byte === greater) return quotes % 2 === 0 ? position + 1 : -1;
  }
  return -1;
}
