import type { ProfileValue } from "../report.ts";

/** Longer values are shortened: a profile has to fit into a database item and a context window. */
export const MAX_VALUE_LENGTH = 200;

/** Types whose values are taken as they are; all others are shown as text. */
function isShown(type: string): boolean {
  return type === "BOOLEAN" || type === "DOUBLE" || type === "FLOAT" || isInteger(type);
}

function isInteger(type: string): boolean {
  return /^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/.test(type);
}

/** SQL for a value as a profile shows it. Text is cut after it was compared: a cell can hold a book. */
export function shownSql(value: string, type: string, length = MAX_VALUE_LENGTH): string {
  return isShown(type) ? value : `left(${value}::VARCHAR, ${length + 1})`;
}

/** A value as JSON holds it without losing a digit. */
export function toProfileValue(value: unknown, type: string, length = MAX_VALUE_LENGTH): ProfileValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "number") return value;
  const text = String(value);
  if (isInteger(type) && Number.isSafeInteger(Number(text))) return Number(text);
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A figure of SQL; undefined where it has none, or none that JSON can hold. */
export function toFigure(value: unknown): number | undefined {
  if (value === null || value === undefined) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** 499.94999999999993 is 499.95: as many digits as a double is sure of. */
export function tidy(number: number, digits = 12): number {
  return Number(number.toPrecision(digits));
}
