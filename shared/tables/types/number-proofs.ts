import type { CellProof } from "./type-rule.ts";

const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const POINT = 46;

/** The largest BIGINT; the smallest has one more, which is left to SQL. */
const LARGEST = Buffer.from("9223372036854775807");
/** A double keeps any 15 significant digits. */
const SAFE_DIGITS = 15;

/** `0`, `-12`: no sign or zero that an integer would forget, and not beyond 64 bits. */
export const provesWholeNumber: CellProof = (bytes, from, to) => {
  const first = bytes[from] === MINUS ? from + 1 : from;
  if (bytes[first] === ZERO) return first === from && to === from + 1;
  for (let at = first; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return false;
  }
  const digits = to - first;
  return digits > 0 && (digits < LARGEST.length || (digits === LARGEST.length && isAtMostLargest(bytes, first)));
};

function isAtMostLargest(bytes: Uint8Array, from: number): boolean {
  for (let index = 0; index < LARGEST.length; index++) {
    const difference = (bytes[from + index] as number) - (LARGEST[index] as number);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** `-12.50`: so few digits that a double keeps all, and no zeros in front. Exponents are left to SQL. */
export const provesDouble: CellProof = (bytes, from, to) => {
  const first = bytes[from] === MINUS ? from + 1 : from;
  let point = to;
  let significant = 0;
  for (let at = first; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === POINT && point === to) point = at;
    else if (byte < ZERO || byte > NINE) return false;
    else if (byte > ZERO || significant > 0) significant++;
  }
  if (significant > SAFE_DIGITS || point === first || point === to - 1) return false;
  return bytes[first] !== ZERO || point === first + 1;
};

/** `-12.50` where every number has two decimals. */
export function provesFixed(decimals: number): CellProof {
  return (bytes, from, to) =>
    bytes[to - 1 - decimals] === POINT && to - decimals > from && provesDouble(bytes, from, to);
}

/** A DECIMAL has so many digits. */
const DECIMAL_DIGITS = 38;

/** `-12.500000000000000000` where every number has `scale` decimals, and room before the point in a DECIMAL. */
export function provesDecimal(scale: number): CellProof {
  return (bytes, from, to) => {
    const first = bytes[from] === MINUS ? from + 1 : from;
    const point = to - 1 - scale;
    if (point <= first || point - first > DECIMAL_DIGITS - scale || bytes[point] !== POINT) return false;
    if (bytes[first] === ZERO && point > first + 1) return false;
    let isZero = true;
    for (let at = first; at < to; at++) {
      const byte = bytes[at] as number;
      if (at !== point && (byte < ZERO || byte > NINE)) return false;
      if (byte > ZERO) isZero = false;
    }
    return first === from || !isZero; // a DECIMAL knows no -0.00
  };
}

/** `12` and `-12.5`, as DuckDB prints them but for `.0`: so small a number as 0.00001 it prints with an exponent. */
export const provesShortest: CellProof = (bytes, from, to) => {
  if (!provesDouble(bytes, from, to) || isTiny(bytes, from, to)) return false;
  return bytes[to - 1] !== ZERO || !hasPoint(bytes, from, to);
};

/** `12.0` and `-12.5`, as DuckDB prints them. */
export const provesPoint: CellProof = (bytes, from, to) => {
  if (!provesDouble(bytes, from, to) || isTiny(bytes, from, to) || !hasPoint(bytes, from, to)) return false;
  return bytes[to - 1] !== ZERO || bytes[to - 2] === POINT;
};

function hasPoint(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = to - 1; at >= from; at--) if (bytes[at] === POINT) return true;
  return false;
}

/** `0.0000…`, which may be printed as `1e-05`. */
function isTiny(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from] === MINUS ? from + 1 : from;
  if (to - first < 6 || bytes[first] !== ZERO) return false;
  return (
    bytes[first + 2] === ZERO && bytes[first + 3] === ZERO && bytes[first + 4] === ZERO && bytes[first + 5] === ZERO
  );
}
