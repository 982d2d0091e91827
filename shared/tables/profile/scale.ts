import { tidy } from "./profile-value.ts";

/** Equal steps over a column's range, as SQL counts them, as they are counted here, and as a person reads them. */
export interface Scale {
  /** SQL for the number of the bin a value lies in, from 0. */
  binSql: (value: string) => string;
  /** The same for a value's place: the number itself, or seconds since 1970. */
  binOf: (place: number) => number;
  /** Where each bin begins, and where the last one ends; one more than there are bins. */
  edges: (number | string)[];
}

/** As many bins as are still a small picture. */
export const MAX_BINS = 20;
/** 0.3 is the third step of 0.1, although a double says 2.9999999999999996. */
const NUDGE = 1e-9;

/**
 * Steps of 1, 2, 2.5 or 5 times a power of ten, the first that needs no more than so many bins. Whole numbers get whole
 * steps. Undefined where there is but one value, or where doubles have no steps between.
 */
export function numberScale(
  [from, to]: readonly [number, number],
  { isWhole, maxBins = MAX_BINS }: { isWhole: boolean; maxBins?: number },
): Scale | undefined {
  const least = (to - from) / maxBins;
  if (from === to || !Number.isFinite(least) || least < Math.abs(from) * 1e-13) return undefined;
  const power = 10 ** Math.floor(Math.log10(least));
  const steps = [1, 2, 2.5, 5, 10, 20, 25, 50, 100].map((factor) => tidy(factor * power));
  const step = steps.find((one) => !(isWhole && !Number.isInteger(one)) && binsOf(from, to, one) <= maxBins);
  return step === undefined ? undefined : evenly(from, to, isWhole ? Math.max(1, step) : step);
}

function binsOf(from: number, to: number, step: number): number {
  return indexOf(to, step) - indexOf(from, step) + 1;
}

function indexOf(place: number, step: number): number {
  return Math.floor(place / step + NUDGE);
}

function evenly(from: number, to: number, step: number): Scale {
  const first = indexOf(from, step);
  return {
    binSql: (value) => `floor(${value}::DOUBLE / ${step}::DOUBLE + ${NUDGE}) - ${first}::DOUBLE`,
    binOf: (place) => indexOf(place, step) - first,
    edges: edgesOf(first, binsOf(from, to, step), (index) => tidy(index * step)),
  };
}

function edgesOf<Edge>(first: number, bins: number, edgeAt: (index: number) => Edge): Edge[] {
  return Array.from({ length: bins + 1 }, (_, index) => edgeAt(first + index));
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** 1970 began on a Thursday, a week begins on a Monday. */
const FIRST_MONDAY = 4 * DAY;
/** Steps of a fixed length, in seconds. */
const SPANS = [
  ...[1, 5, 15, 30],
  ...[1, 5, 15, 30].map((n) => n * MINUTE),
  ...[1, 3, 6, 12].map((n) => n * HOUR),
  DAY,
  WEEK,
];
const YEARS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
/** Steps of the calendar, in months. */
const MONTHS = [1, 3, 6, ...YEARS.map((years) => years * 12)];

/**
 * Steps that calendars have, from seconds since 1970 to the same; days at least where the column has dates alone.
 * Undefined where a time lies beyond JavaScript's years, which end at 271,821 before and 275,760 after.
 */
export function timeScale(
  [from, to]: readonly [number, number],
  { isDate, maxBins = MAX_BINS }: { isDate: boolean; maxBins?: number },
): Scale | undefined {
  if (from === to || !isPossible(from) || !isPossible(to)) return undefined;
  const spans = isDate ? SPANS.filter((one) => one >= DAY) : SPANS;
  const span = spans.find((one) => binsOf(from - originOf(one), to - originOf(one), one) <= maxBins);
  if (span !== undefined) return spanScale(from, to, span);
  const [first, last] = [monthOf(from), monthOf(to)];
  const months = MONTHS.find((one) => binsOf(first, last, one) <= maxBins);
  return months === undefined ? undefined : monthScale(first, last, months);
}

function isPossible(seconds: number): boolean {
  return !Number.isNaN(new Date(seconds * 1000).valueOf());
}

function originOf(span: number): number {
  return span === WEEK ? FIRST_MONDAY : 0;
}

function spanScale(from: number, to: number, span: number): Scale {
  const origin = originOf(span);
  const first = indexOf(from - origin, span);
  const write = span >= DAY ? dateText : timeText;
  return {
    binSql: (value) => `floor((epoch(${value}) - ${origin}) / ${span} + ${NUDGE}) - ${first}`,
    binOf: (place) => indexOf(place - origin, span) - first,
    edges: edgesOf(first, binsOf(from - origin, to - origin, span), (index) => write(origin + index * span)),
  };
}

function monthScale(from: number, to: number, months: number): Scale {
  const first = indexOf(from, months);
  return {
    binSql: (value) => `floor((year(${value}) * 12 + month(${value}) - 1) / ${months}) - ${first}`,
    binOf: (place) => indexOf(monthOf(place), months) - first,
    edges: edgesOf(first, binsOf(from, to, months), (index) => dateText(secondsOfMonth(index * months))),
  };
}

/** Months since the year 0 of astronomers, which DuckDB has, too. */
function monthOf(seconds: number): number {
  const date = new Date(seconds * 1000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function secondsOfMonth(month: number): number {
  const date = new Date(0);
  const year = Math.floor(month / 12);
  date.setUTCFullYear(year, month - year * 12, 1);
  return date.valueOf() / 1000;
}

function timeText(seconds: number): string {
  return `${dateText(seconds)} ${new Date(seconds * 1000).toISOString().slice(-13, -5)}`;
}

/** As DuckDB writes a date, which for people has no year 0. */
function dateText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  const day = date.toISOString().slice(-20, -14);
  return year > 0 ? `${String(year).padStart(4, "0")}${day}` : `${String(1 - year).padStart(4, "0")}${day} (BC)`;
}
