import { code, inlineText, tableRow } from "../markdown.ts";
import type { ColumnProfile, ProfileValue } from "../report.ts";
import { readableName } from "../sql-text.ts";

const MAX_TYPE_LENGTH = 60;
const MAX_VALUE_LENGTH = 30;
/** Text that is longer than this is prose, whose first letters in the alphabet tell nobody anything. */
const LONG_TEXT = 60;
/** Columns with no more values than this are told value by value. */
const FEW = 10;

/** Share of the rows from which on a value of many is worth telling. */
const FREQUENT = 0.01;

/** How much is said of each column. */
export interface ColumnDetail {
  /** Frequent values told where a column has many. */
  topValues: number;
}

/** A row of the table of columns: name, type, what is in it. */
export function columnRow(column: ColumnProfile, rows: number, detail: ColumnDetail): string {
  const { name, original_name, type } = column;
  // A header that had to be changed is worth showing: formulas and colleagues speak of it.
  const renamed =
    original_name !== null && original_name.trim() !== name ? ` (header: ${inlineText(original_name)})` : "";
  return tableRow([`${nameText(name)}${renamed}`, typeText(type), factsOf(column, rows, detail).join("; ")]);
}

/** A column in a list of names and types. */
export function briefColumn({ name, type }: ColumnProfile): string {
  return `${nameText(name)} ${typeText(type)}`;
}

/** What a reader has to know to compare, filter and group by a column. */
export function factsOf(column: ColumnProfile, rows: number, { topValues }: ColumnDetail): string[] {
  const filled = rows - column.nulls;
  if (filled === 0) return [rows === 0 ? "no rows" : "all NULL"];
  const top = topText(column, column.sampled_rows ?? filled, topValues);
  return [
    ...(column.nulls > 0 ? [`${number(column.nulls)} NULL`] : []),
    distinctText(column, filled),
    ...(top === "" ? [] : [top]),
    ...(isFewAndTold(column) ? [] : rangeOf(column)),
    ...(column.non_finite === undefined ? [] : [`${number(column.non_finite)} NaN or infinite`]),
  ];
}

function distinctText({ distinct, distinct_is_approximate, top_values }: ColumnProfile, filled: number): string {
  if (distinct === filled && top_values === undefined) return distinct_is_approximate ? "~unique" : "unique";
  return `${distinct_is_approximate ? "~" : ""}${number(distinct)} distinct`;
}

function isFewAndTold({ distinct, top_values = [] }: ColumnProfile): boolean {
  return distinct <= FEW && top_values.length === distinct;
}

/** Every value of few; of many the most frequent, where they are frequent among the rows that were looked at. */
function topText(column: ColumnProfile, rows: number, most: number): string {
  const { top_values = [], sampled_rows } = column;
  const often = top_values.filter(({ count: times }) => times >= rows * FREQUENT).slice(0, most);
  const told = isFewAndTold(column) ? top_values : often;
  const values = told.map(({ value, count }) => `${valueText(value)} ×${number(count)}`);
  if (values.length === 0) return "";
  return `${sampled_rows === undefined ? "" : "≈ "}${isFewAndTold(column) ? "" : "often "}${values.join(", ")}`;
}

function rangeOf({ type, min, max, mean, lengths }: ColumnProfile): string[] {
  const isProse = lengths !== undefined && lengths.mean > LONG_TEXT;
  const range = min === null || isProse || type === "BOOLEAN" ? [] : [`${valueText(min)} … ${valueText(max)}`];
  if (mean !== undefined) range.push(`mean ${mean}`);
  if (lengths !== undefined && (isProse || min === null)) {
    range.push(`${type === "VARCHAR" ? "characters" : "lengths"} ${number(lengths.min)} … ${number(lengths.max)}`);
  }
  return range;
}

/** A value as it may stand in a Markdown table. */
export function valueText(value: ProfileValue): string {
  return value === null ? "" : inlineText(String(value), MAX_VALUE_LENGTH);
}

/** 1234567 as 1,234,567. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function nameText(name: string): string {
  return code(readableName(name));
}

function typeText(type: string): string {
  return inlineText(type, MAX_TYPE_LENGTH);
}
