import { cellKind } from "./cell-kind.ts";
import type { Dialect } from "./dialect.ts";
import { isBlank, parseRecords, type TextRecord } from "./parse-records.ts";

/** How much a separator is believed before anybody has looked: a colon or a space is more often text. */
const DELIMITERS: Readonly<Record<string, number>> = {
  ",": 1,
  ";": 1,
  "\t": 1,
  "|": 1,
  "\u0001": 0.9,
  "\u001f": 0.9,
  "||": 0.9,
  "::": 0.8,
  ";;": 0.8,
  "^": 0.8,
  "~": 0.8,
  "§": 0.8,
  "¦": 0.8,
  ":": 0.5,
  " ": 0.5,
  "#": 0.4,
  "&": 0.4,
  "*": 0.4,
  "@": 0.3,
  "!": 0.3,
  "=": 0.3,
  "/": 0.2,
};

const SAMPLE_RECORDS = 400;
/** What a file of one column scores with perfect cells: any separator that cuts most lines alike beats it. */
const ONE_COLUMN_SCORE = 0.3;

/** What somebody said of the dialect. */
export interface GivenDialect {
  delimiter?: string | undefined;
  quote?: string | undefined;
}

export interface SniffedDialect {
  dialect: Dialect;
  /** From 0 to 1: how well the sample fits. */
  score: number;
}

/**
 * Finds the dialect in which the sample makes the best table: most records equally wide, most cells something one
 * recognises, quotes in order. After the idea of CleverCSV (van den Burg et al., 2019), with its pattern score
 * replaced by the share of the commonest width, which a title line or a ragged record hurts less.
 */
export function sniffDialect(sample: string, given: GivenDialect = {}): SniffedDialect {
  const { delimiter = ",", quote = '"' } = given;
  let best: SniffedDialect = { dialect: makeDialect(sample, delimiter, quote, quote), score: 0 };
  for (const candidate of candidates(sample, given)) {
    const score = scoreOf(sample, candidate, given.delimiter === undefined ? DELIMITERS : { [given.delimiter]: 1 });
    // The first of equals wins: candidates come in the order of how common they are.
    if (score > best.score + 1e-9) best = { dialect: candidate, score };
  }
  return best;
}

function* candidates(sample: string, given: GivenDialect): Generator<Dialect> {
  for (const delimiter of given.delimiter === undefined ? Object.keys(DELIMITERS) : [given.delimiter]) {
    if (delimiter !== "," && !sample.includes(delimiter)) continue;
    if (given.delimiter === undefined && isAlwaysDoubled(sample, delimiter)) continue;
    for (const [quote, escapedBy] of quoteCandidates(sample, given))
      yield makeDialect(sample, delimiter, quote, escapedBy);
  }
}

/** Quotes, each with what hides it within a cell. */
function quoteCandidates(sample: string, { quote }: GivenDialect): [quote: string, escape: string][] {
  const isEscaped = (mark: string) => mark !== "" && sample.includes(`\\${mark}`);
  if (quote !== undefined)
    return isEscaped(quote)
      ? [
          [quote, quote],
          [quote, "\\"],
        ]
      : [[quote, quote]];
  const all: [string, string][] = [['"', '"']];
  if (isEscaped('"')) all.push(['"', "\\"]);
  if (sample.includes('"')) all.push(["", ""]);
  if (sample.includes("'")) all.push(["'", "'"]);
  return all;
}

/** `a||b`: cut at every `|` each second cell would be empty. */
function isAlwaysDoubled(sample: string, delimiter: string): boolean {
  const doubled = delimiter + delimiter;
  if (delimiter.length > 1 || !(doubled in DELIMITERS) || !sample.includes(doubled)) return false;
  return !sample.replaceAll(doubled, "").includes(delimiter);
}

function makeDialect(sample: string, delimiter: string, quote: string, escapedBy: string): Dialect {
  return {
    delimiter,
    quote,
    escape: escapedBy,
    skipInitialSpace: delimiter.trim() !== "" && isFollowedBySpace(sample, delimiter),
    newline: commonestNewline(sample),
  };
}

function commonestNewline(sample: string): Dialect["newline"] {
  if (!sample.includes("\n")) return sample.includes("\r") ? "\r" : "\n";
  const withReturn = sample.split("\r\n").length;
  return withReturn * 2 > sample.split("\n").length ? "\r\n" : "\n";
}

/** True where nearly every separator has a space behind it, as in `a, b, c`. */
function isFollowedBySpace(sample: string, delimiter: string): boolean {
  const count = (text: string) => sample.split(text).length - 1;
  const all = count(delimiter);
  return all > 0 && count(`${delimiter} `) >= all * 0.9;
}

function scoreOf(sample: string, dialect: Dialect, trust: Readonly<Record<string, number>>): number {
  const records = firstRecords(sample, dialect);
  if (records.length === 0) return 0;
  const { width, share } = commonestWidth(records);
  const isMisread = dialect.quote === "" ? hasQuotedCell : (record: TextRecord) => record.strayQuote;
  const misread = records.filter(isMisread).length / records.length;
  const shape = width === 1 ? ONE_COLUMN_SCORE : share ** 2 * (1 - 1 / width) * (trust[dialect.delimiter] ?? 0);
  return shape * knownShare(records) * (1 - misread) ** 2;
}

/** Read without quotes, a cell in quotes speaks against that reading just as a stray quote does against the other. */
function hasQuotedCell({ cells }: TextRecord): boolean {
  return cells.some((cell) => cell.length > 1 && cell.startsWith('"') && cell.endsWith('"'));
}

function firstRecords(sample: string, dialect: Dialect): TextRecord[] {
  const records: TextRecord[] = [];
  for (const record of parseRecords(sample, dialect)) {
    if (!isBlank(record)) records.push(record);
    if (records.length === SAMPLE_RECORDS) break;
  }
  return records;
}

/** The width most records have; one cell only where (nearly) no record has more. */
export function commonestWidth(records: readonly TextRecord[]): { width: number; share: number } {
  const counts = new Map<number, number>();
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let width = 1;
  let count = 0;
  for (const [candidate, times] of counts) {
    if (candidate > 1 && (times > count || (times === count && candidate > width))) {
      width = candidate;
      count = times;
    }
  }
  // Two lines of a hundred with a comma are prose, not a table of two columns.
  if (count < records.length * 0.1) return { width: 1, share: (counts.get(1) ?? 0) / records.length };
  return { width, share: count / records.length };
}

/** The share of cells one recognises; a cell in proper quotes may hold anything. */
function knownShare(records: readonly TextRecord[]): number {
  let cells = 0;
  let known = 0;
  for (const record of records) {
    const recognised = record.cells.filter((cell) => cellKind(cell) !== "odd").length;
    cells += record.cells.length;
    known += Math.min(record.cells.length, Math.max(recognised, record.quotedCells));
  }
  return known / cells;
}
