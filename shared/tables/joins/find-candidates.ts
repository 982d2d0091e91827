import { familyOf } from "../profile/column-family.ts";
import type { ColumnProfile, TableProfile } from "../report.ts";
import type { JoinCandidate } from "./join-suggestion.ts";
import { GENERIC_NAMES, nameEndings, normal, singular } from "./join-names.ts";

/** So many are looked at: each costs a pass over two columns. */
const MAX_CANDIDATES = 25;
/** Key columns with fewer values match anything. */
const MIN_VALUES = 3;
const MIN_VALUES_WITHOUT_NAME = 10;
/** Without names every key has to be held against every column: only the first ones are. */
const MAX_WITHOUT_NAME = 100;
/** Thousands of columns of the same names make millions of pairs. */
const MAX_PAIRS = 20_000;

/** A column with what is asked of it again and again. */
interface Place {
  table: TableProfile;
  column: ColumnProfile;
  kind: Kind;
  isKey: boolean;
  name: string;
  /** The table's name, for one of its rows. */
  target: string;
  /** All names of its table: tables that have the same are the same kind of rows. */
  signature: string;
}

type Kind = "number" | "text" | "ordered";
type Scored = { score: number; many: Place; one: Place };

/** Pairs of columns that may be joined, by names and types, the likeliest first. */
export function findCandidates(tables: readonly TableProfile[]): JoinCandidate[] {
  const places = tables.flatMap(placesOf);
  const keys = places.filter(({ isKey }) => isKey);
  const best = new Map<string, Scored>();
  for (const pair of [...first(byName(places, keys)), ...first(byValuesAlone(places, keys))]) {
    if (!isPossible(pair)) continue;
    const id = JSON.stringify([sideOf(pair.many), sideOf(pair.one)]);
    if ((best.get(id)?.score ?? 0) < pair.score) best.set(id, pair);
  }
  return [...best.values()]
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MAX_CANDIDATES)
    .map(({ score, many, one }) => ({
      many: sideOf(many),
      one: sideOf(one),
      because: score > 1 ? "name" : "values",
    }));
}

function first(pairs: Generator<Scored>): Scored[] {
  return pairs.take(MAX_PAIRS).toArray();
}

function placesOf(table: TableProfile): Place[] {
  const target = singular(normal(table.name));
  const signature = JSON.stringify(table.columns.map(({ name }) => name));
  return table.columns.flatMap((column) => {
    const kind = kindOf(column);
    if (kind === undefined) return [];
    const filled = table.row_count - column.nulls;
    const isKey = column.distinct >= MIN_VALUES && column.distinct >= filled * 0.999;
    return [{ table, column, kind, isKey, name: normal(column.name), target, signature }];
  });
}

/** Values of one kind can be compared. Measures, dates and truths are no keys. */
function kindOf({ type }: ColumnProfile): Kind | undefined {
  if (type === "DOUBLE" || type === "FLOAT" || type === "TIME" || type === "INTERVAL") return undefined;
  const family = familyOf(type);
  return family === "number" || family === "text" || family === "ordered" ? family : undefined;
}

/** 3: the same name, or one that names the other table; 2: a name that ends like it. */
function* byName(places: readonly Place[], keys: readonly Place[]): Generator<Scored> {
  const named = groupBy(places, ({ name }) => [name]);
  const ending = groupBy(places, ({ column }) => nameEndings(column.name));
  for (const one of keys) {
    const full = `${one.target}${one.name}`;
    const isGeneric = GENERIC_NAMES.has(one.name);
    const names = isGeneric ? [full, one.target] : [full, one.name];
    for (const many of names.flatMap((name) => named.get(name) ?? [])) yield { score: 3, many, one };
    const last = isGeneric ? full : one.name;
    for (const many of last.length > 3 ? (ending.get(last) ?? []) : []) yield { score: 2, many, one };
  }
}

/** 1: texts that may be the same, whatever they are called. */
function* byValuesAlone(places: readonly Place[], keys: readonly Place[]): Generator<Scored> {
  const hasMany = ({ kind, column }: Place) => kind === "text" && column.distinct >= MIN_VALUES_WITHOUT_NAME;
  const texts = places.filter((place) => hasMany(place) && !place.isKey).slice(0, MAX_WITHOUT_NAME);
  for (const one of keys.filter(hasMany).slice(0, MAX_WITHOUT_NAME)) {
    for (const many of texts) yield { score: 1, many, one };
  }
}

function isPossible({ many, one }: Scored): boolean {
  if (many.table === one.table || many.kind !== one.kind) return false;
  // A month and another are stacked, not joined.
  if (many.signature === one.signature) return false;
  // Of two keys the one of the larger table refers to the other.
  if (many.isKey && compareSizes(many, one) < 0) return false;
  return rangesMeet(many.column, one.column);
}

function compareSizes({ table: a }: Place, { table: b }: Place): number {
  return a.row_count - b.row_count || (a.name < b.name ? -1 : 1);
}

function rangesMeet(a: ColumnProfile, b: ColumnProfile): boolean {
  if (a.min === null || b.min === null || a.max === null || b.max === null) return false;
  if ([a.min, a.max, b.min, b.max].some((bound) => typeof bound !== "number")) return true;
  return Number(a.min) <= Number(b.max) && Number(b.min) <= Number(a.max);
}

function sideOf({ table, column }: Place) {
  return { table: table.name, column: column.name };
}

function groupBy(places: readonly Place[], namesOf: (place: Place) => readonly string[]): Map<string, Place[]> {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    for (const name of namesOf(place)) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [place]);
      else group.push(place);
    }
  }
  return groups;
}
