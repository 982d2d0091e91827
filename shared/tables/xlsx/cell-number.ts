/** Digits that a whole number may have to be exact as a double, and powers of ten that are. */
const exactDigits = 15;
const maxDigits = 19;
const powersOfTen = Float64Array.from({ length: maxDigits + 1 }, (_, exponent) => 10 ** exponent);

const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;

const numberPattern = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/**
 * Reads decimals of digits, at most a sign before and a point among them, straight from the bytes. What it answers is
 * what `Number()` would: the nearest double. One object serves a whole sheet; its fields hold until the next `read()`.
 */
export class DecimalReader {
  /** NaN where the bytes begin with no digits, or where it takes `Number()` to tell. */
  value = Number.NaN;
  digits = 0;
  /** Without a point. */
  isWhole = false;

  /** Reads what begins at `from` and ends before `to`; answers the place of the first byte that is not of the number. */
  read(bytes: Uint8Array, from: number, to: number): number {
    const isNegative = bytes[from] === minus;
    const first = isNegative ? from + 1 : from;
    let position = first;
    let mantissa = 0;
    let pointAt = -1;
    for (; position < to; position++) {
      const digit = (bytes[position] as number) - zero;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if (digit === point - zero && pointAt < 0) pointAt = position;
      else break;
    }
    const isWhole = pointAt < 0;
    const digits = position - first - (isWhole ? 0 : 1);
    const scale = isWhole ? 0 : position - pointAt - 1;
    let value = Number.NaN;
    // Both exact, so that the quotient is rounded once only.
    if (digits > 0 && digits <= exactDigits) value = isWhole ? mantissa : mantissa / (powersOfTen[scale] as number);
    else if (digits > 0 && digits <= maxDigits) value = divideLong(bytes, first, position, digits, scale);
    this.value = isNegative && value !== 0 ? -value : value;
    this.digits = digits;
    this.isWhole = isWhole;
    return position;
  }
}

/**
 * The double nearest to 16 to 19 digits with a point among them, or NaN where that is too close to call. Excel writes
 * 17 digits for any time of day, so there are many.
 *
 * The digits are held exactly in two doubles, and so is what the quotient leaves over. Its error is far below 2^-50
 * of the small second half: where that makes no difference to the sum, the sum is the nearest double.
 */
function divideLong(bytes: Uint8Array, first: number, end: number, digits: number, scale: number): number {
  let high = 0;
  let low = 0;
  let seen = 0;
  for (let position = first; position < end; position++) {
    const digit = (bytes[position] as number) - zero;
    if (digit < 0) continue; // the point
    if (seen++ < exactDigits) high = high * 10 + digit;
    else low = low * 10 + digit;
  }
  const shift = powersOfTen[digits - exactDigits] as number;
  const product = high * shift;
  const rest = productError(high, shift, product) + low;
  const upper = product + rest;
  const lower = rest - (upper - product);
  const divisor = powersOfTen[scale] as number;
  const quotient = upper / divisor;
  const covered = quotient * divisor;
  const correction = (upper - covered - productError(quotient, divisor, covered) + lower) / divisor;
  const least = quotient + correction * (1 - 2 ** -50);
  return least === quotient + correction * (1 + 2 ** -50) ? least : Number.NaN;
}

/** What rounding took from `product = a * b`, exactly (Veltkamp and Dekker's way, without a fused multiply-add). */
function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/** The first 26 bits of a double. */
function upperHalf(value: number): number {
  const scaled = value * 134_217_729;
  return scaled - (scaled - value);
}

const reader = new DecimalReader();

/** The number that `bytes[from..to)` spell in decimal, or NaN. */
export function parseNumber(bytes: Buffer, from: number, to: number): number {
  const end = reader.read(bytes, from, to);
  if (end === to && !Number.isNaN(reader.value)) return reader.value;
  const text = bytes.toString("latin1", from, to);
  return numberPattern.test(text) ? Number(text) + 0 : Number.NaN;
}

/** True for a whole number written out in full that a double cannot hold: its text is all there is of it. */
export function isLongInteger(value: number, bytes: Buffer, from: number, to: number): boolean {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false;
  return /^-?\d{1,38}$/.test(bytes.toString("latin1", from, to));
}
