/** Exact as doubles, so that dividing by them rounds once only. */
const powersOfTen = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

const numberPattern = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/**
 * The number that `bytes[from..to)` spell in decimal, or NaN.
 *
 * Up to 15 digits are computed from the bytes (mantissa and power of ten are both exact, hence the quotient is
 * the nearest double); only longer ones take the way through a string.
 */
export function parseNumber(bytes: Buffer, from: number, to: number): number {
  let position = from;
  const isNegative = bytes[position] === 0x2d;
  if (isNegative) position++;
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  for (; position < to; position++) {
    const byte = bytes[position] as number;
    if (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + byte - 0x30;
      digits++;
    } else if (byte === 0x2e && point < 0) point = digits;
    else return parseText(bytes.toString("latin1", from, to));
  }
  if (digits === 0) return Number.NaN;
  if (digits > 15) return Number(bytes.toString("latin1", from, to));
  const value = point < 0 ? mantissa : mantissa / (powersOfTen[digits - point] as number);
  return isNegative && value !== 0 ? -value : value;
}

function parseText(text: string): number {
  return numberPattern.test(text) ? Number(text) + 0 : Number.NaN;
}

/** True for a whole number written out in full that a double cannot hold: its text is all there is of it. */
export function isLongInteger(value: number, bytes: Buffer, from: number, to: number): boolean {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false;
  return /^-?\d{1,38}$/.test(bytes.toString("latin1", from, to));
}
