import { familyOf } from "../profile/column-family.ts";
import type { ColumnProfile, TableProfile } from "../report.ts";
import type { JoinCandidate } from "./join-suggestion.ts";

/** So many are looked at: each costs a pass over two columns. */
const MAX_CANDIDATES = 25;
/** Key columns with fewer values match anything. */
const MIN_VALUES = 3;
const MIN_VALUES_WITHOUT_NAME = 10;

/** Say nothing about what they name: every table has them. */
const GENERIC = new Set(
  "id key no nr num number name title code type kind status state value values date time year month day text note notes description comment count total index row label category".split(
    " ",
  ),
);

interface Place {
  table: TableProfile;
  column: ColumnProfile;
}

/** Pairs of columns that may be joined, by names and types, the likeliest first. */
export function findCandidates(tables: readonly TableProfile[]): JoinCandidate[] {
  const columns = tables.flatMap((table) => table.columns.map((column) => ({ table, column })));
  const keys = columns.filter(isKey);
  const found = keys.flatMap((one) =>
    columns.flatMap((many) => {
      // Of two keys the one of the larger table refers to the other.
      const isTwice = isKey(many) && compareSizes(many, one) < 0;
      const score = isTwice ? 0 : scoreOf(many, one);
      return score === 0 ? [] : [{ score, many, one }];
    }),
  );
  return found
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MAX_CANDIDATES)
    .map(({ score, many, one }) => ({
      many: { table: many.table.name, column: many.column.name },
      one: { table: one.table.name, column: one.column.name },
      because: score > 1 ? "name" : "values",
    }));
}

function compareSizes({ table: a }: Place, { table: b }: Place): number {
  return a.row_count - b.row_count || (a.name < b.name ? -1 : 1);
}

/** Each value stands in one row, and there are some. */
function isKey({ table, column }: Place): boolean {
  const { nulls, distinct } = column;
  return kindOf(column) !== undefined && distinct >= MIN_VALUES && distinct >= (table.row_count - nulls) * 0.999;
}

/** Values of one kind can be compared. Measures, dates and truths are no keys. */
function kindOf({ type }: ColumnProfile): "number" | "text" | "ordered" | undefined {
  if (type === "DOUBLE" || type === "FLOAT" || type === "TIME" || type === "INTERVAL") return undefined;
  const family = familyOf(type);
  return family === "number" || family === "text" || family === "ordered" ? family : undefined;
}

/** 3: the same name, or one that names the other table; 2: a name that ends like it; 1: texts that may be the same. */
function scoreOf(many: Place, one: Place): number {
  if (many.table === one.table || kindOf(many.column) !== kindOf(one.column) || !rangesMeet(many.column, one.column))
    return 0;
  if (isSameTableAgain(many.table, one.table)) return 0;
  const [from, to] = [normal(many.column.name), normal(one.column.name)];
  const target = singular(normal(one.table.name));
  const isGeneric = GENERIC.has(to);
  if (from === `${target}${to}` || (from === to && !isGeneric)) return 3;
  if (from === target && (isGeneric || to === target)) return 3;
  const ending = isGeneric ? `${target}${to}` : to;
  if (ending.length > 3 && from.endsWith(ending)) return 2;
  const areTexts = kindOf(many.column) === "text" && !isKey(many);
  return areTexts && Math.min(one.column.distinct, many.column.distinct) >= MIN_VALUES_WITHOUT_NAME ? 1 : 0;
}

/** The same columns are the same kind of rows, a month or a region each: they are stacked, not joined. */
function isSameTableAgain(a: TableProfile, b: TableProfile): boolean {
  return a.columns.length === b.columns.length && a.columns.every(({ name }, index) => name === b.columns[index]?.name);
}

function rangesMeet(a: ColumnProfile, b: ColumnProfile): boolean {
  if (a.min === null || b.min === null || a.max === null || b.max === null) return false;
  if ([a.min, a.max, b.min, b.max].some((bound) => typeof bound !== "number")) return true;
  return Number(a.min) <= Number(b.max) && Number(b.min) <= Number(a.max);
}

/** `Customer-ID`, `customer_id` and `customerId` are one name. */
export function normal(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

/** `customers`, `categories`, `boxes` of which one row is one. */
export function singular(name: string): string {
  if (name.endsWith("ies") && name.length > 4) return `${name.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(name)) return name.slice(0, -2);
  return name.endsWith("s") && !name.endsWith("ss") ? name.slice(0, -1) : name;
}
