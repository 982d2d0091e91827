import type { CellProof } from "./type-rule.ts";

const ZERO = 48;
const SPACE = 32;
const MINUS = 45;
const POINT = 46;
const COLON = 58;
const T = 84;
const Z = 90;

/** Lengths of `2024-12-31`, and with what stands behind it. */
const DATE = 10;
const WITH_MINUTES = 16;
const WITH_SECONDS = 19;
const MAX_FRACTION = 6;
/** Lengths of months, February as in a leap year. */
const DAYS = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `2024-02-29`, a day that was. */
export const provesDate: CellProof = (bytes, from, to) => to - from === DATE && isDate(bytes, from);

/** `2024-12-31 23:59:59.25`, with `T` or a space. */
export const provesTimestamp: CellProof = (bytes, from, to) =>
  isDateAndClock(bytes, from, to) && isClock(bytes, from + DATE + 1, to);

/** `2024-12-31 23:59` */
export const provesMinutes: CellProof = (bytes, from, to) =>
  to - from === WITH_MINUTES && isDateAndClock(bytes, from, to) && isHourAndMinute(bytes, from + DATE + 1);

/** `2024-12-31T23:59:59Z` */
export const provesUtc: CellProof = (bytes, from, to) =>
  to - from > WITH_SECONDS && bytes[to - 1] === Z && provesTimestamp(bytes, from, to - 1);

/** `23:59:59.25`; a zero at the end of the fraction would not come back. */
export const provesTime: CellProof = (bytes, from, to) =>
  isClock(bytes, from, to) && (bytes[from + 8] !== POINT || bytes[to - 1] !== ZERO);

function isDateAndClock(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < WITH_MINUTES) return false;
  const between = bytes[from + DATE];
  return (between === SPACE || between === T) && isDate(bytes, from);
}

function isDate(bytes: Uint8Array, from: number): boolean {
  if (bytes[from + 4] !== MINUS || bytes[from + 7] !== MINUS) return false;
  const century = twoDigits(bytes, from);
  const rest = twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + 5);
  const day = twoDigits(bytes, from + 8);
  // There was no year 0: DuckDB takes it for 1 BC.
  if (century < 0 || rest < 0 || century + rest === 0 || month < 1 || month > 12 || day < 1) return false;
  const year = century * 100 + rest;
  const isShort = month === 2 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0));
  return day <= (isShort ? 28 : (DAYS[month] as number));
}

/** `23:59:59` with up to six digits of a fraction, to the end. */
function isClock(bytes: Uint8Array, from: number, to: number): boolean {
  const fraction = to - from - 9;
  if (fraction < -1 || fraction === 0 || fraction > MAX_FRACTION) return false;
  if (!isHourAndMinute(bytes, from) || bytes[from + 5] !== COLON) return false;
  const second = twoDigits(bytes, from + 6);
  return second >= 0 && second < 60 && (fraction < 0 || (bytes[from + 8] === POINT && areDigits(bytes, from + 9, to)));
}

function isHourAndMinute(bytes: Uint8Array, from: number): boolean {
  const hour = twoDigits(bytes, from);
  const minute = twoDigits(bytes, from + 3);
  return bytes[from + 2] === COLON && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
}

function areDigits(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}

/** The number from 0 to 99, or -1 where there are no two digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO;
  const ones = (bytes[at + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
