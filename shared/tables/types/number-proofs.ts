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
