/**
 * What an expression may be when the script runs, as far as it can be known: a small set of possibilities. Texts are
 * patterns, in which `null` stands for what is not known.
 */
import type { SyntaxNode } from "../parsing/syntax-node.ts";

/** A text with holes: `["data/", null, ".csv"]`. */
export type Pattern = readonly (string | null)[];

export type Possibility =
  | { is: "text"; parts: Pattern; isPath: boolean }
  /** Something of a library or of Python itself: `pandas`, `pandas.read_csv`, `builtins.open`. */
  | { is: "library"; name: string }
  | { is: "list"; element: Value }
  | { is: "tuple"; items: readonly Value[] }
  | { is: "dict"; entries: ReadonlyMap<string, Value> }
  /** An open file, a buffer, an answer of the network: read, but no path. */
  | { is: "stream" }
  /** A workbook opened by `ExcelFile`. */
  | { is: "workbook"; path: Value }
  /** A class of the script, or an instance of it. */
  | { is: "class"; node: SyntaxNode }
  /** A function of the script. */
  | { is: "function"; node: SyntaxNode }
  | { is: "none" }
  | { is: "unknown" };

export type Value = readonly Possibility[];

export const UNKNOWN: Value = [{ is: "unknown" }];
export const NONE: Value = [{ is: "none" }];
export const STREAM: Value = [{ is: "stream" }];
/** More than this many possibilities are as good as none. */
const MAX_POSSIBILITIES = 16;
const MAX_TEXT = 4096;

export function library(name: string): Value {
  return [{ is: "library", name }];
}

export function text(parts: Pattern, isPath = false): Value {
  return [{ is: "text", parts: tidy(parts), isPath }];
}

export function listOf(element: Value): Value {
  return [{ is: "list", element }];
}

/** All possibilities of both. */
export function join(...values: readonly Value[]): Value {
  const [first, ...rest] = values;
  if (first === undefined) return UNKNOWN;
  if (rest.every((value) => value === first)) return first;
  const byKey = new Map<string, Possibility>();
  for (const possibility of values.flat()) byKey.set(keyOf(possibility), possibility);
  const all = [...byKey.values()];
  return all.length > MAX_POSSIBILITIES ? [...all.slice(0, MAX_POSSIBILITIES), ...UNKNOWN] : all;
}

function keyOf(possibility: Possibility): string {
  switch (possibility.is) {
    case "text":
      return JSON.stringify([possibility.parts, possibility.isPath]);
    case "library":
      return `library ${possibility.name}`;
    case "list":
      return `list ${possibility.element.map(keyOf).join()}`;
    case "tuple":
      return `tuple ${possibility.items.map((item) => item.map(keyOf).join()).join(";")}`;
    case "dict":
      return `dict ${[...possibility.entries].map(([key, value]) => `${key}:${value.map(keyOf).join()}`).join(";")}`;
    case "workbook":
      return `workbook ${possibility.path.map(keyOf).join()}`;
    case "class":
    case "function":
      return `${possibility.is} ${possibility.node.start}`;
    default:
      return possibility.is;
  }
}

/** Neighbours joined; a text that grows without end is not known any more. */
export function tidy(parts: Pattern): Pattern {
  const tidied: (string | null)[] = [];
  for (const part of parts) {
    const last = tidied.at(-1);
    if (part === "" || (part === null && last === null)) continue;
    if (typeof part === "string" && typeof last === "string") tidied[tidied.length - 1] = last + part;
    else tidied.push(part);
  }
  const length = tidied.reduce((sum, part) => sum + (part?.length ?? 1), 0);
  return length > MAX_TEXT ? [null] : tidied;
}

/** The text where it is known to the last letter. */
export function knownText(value: Value): string | undefined {
  const [only] = value;
  if (value.length !== 1 || only?.is !== "text") return undefined;
  return only.parts.every((part) => part !== null) ? only.parts.join("") : undefined;
}

/** The patterns of a value; anything that is no text is a hole. */
export function patternsOf(value: Value): Pattern[] {
  return value.map((possibility) => (possibility.is === "text" ? possibility.parts : [null]));
}

/** What may stand at this place of each: lists, tuples, dicts, otherwise unknown. */
export function elementOf(value: Value): Value {
  const elements = value.map((possibility): Value => {
    if (possibility.is === "list") return possibility.element;
    if (possibility.is === "tuple") return possibility.items.length > 0 ? join(...possibility.items) : UNKNOWN;
    if (possibility.is === "dict") return text([null]);
    return UNKNOWN;
  });
  return elements.length === 0 ? UNKNOWN : join(...elements);
}

/** Every way of choosing one pattern of each, as far as that is few; otherwise one hole. */
export function combine(values: readonly Value[], make: (parts: Pattern[]) => Pattern): Pattern[] {
  let chosen: Pattern[][] = [[]];
  for (const value of values) {
    chosen = chosen.flatMap((before) => patternsOf(value).map((pattern) => [...before, pattern]));
    if (chosen.length > MAX_POSSIBILITIES) return [[null]];
  }
  return chosen.map(make);
}
