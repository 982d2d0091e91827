import { cellKind } from "./cell-kind.ts";
import { delimitersIn } from "./delimiter-candidates.ts";
import type { Dialect } from "./dialect.ts";
import { isBlank, parseRecords, type TextRecord } from "./parse-records.ts";
import { commonestWidth } from "./record-shape.ts";

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
  const trust = given.delimiter === undefined ? delimitersIn(sample) : new Map([[given.delimiter, 1]]);
  const newline = commonestNewline(sample);
  const usual = { ...cutAt(sample, delimiter, newline), quote, escape: quote };
  let best: SniffedDialect = { dialect: usual, score: 0 };
  for (const candidate of candidates(sample, newline, trust, given)) {
    const score = scoreOf(sample, candidate, trust.get(candidate.delimiter) ?? 0);
    // The first of equals wins: candidates come in the order of how common they are.
    if (score > best.score + 1e-9) best = { dialect: candidate, score };
  }
  return best;
}

function* candidates(
  sample: string,
  newline: Dialect["newline"],
  trust: ReadonlyMap<string, number>,
  given: GivenDialect,
): Generator<Dialect> {
  for (const delimiter of trust.keys()) {
    if (delimiter !== "," && !sample.includes(delimiter)) continue;
    if (given.delimiter === undefined && isAlwaysDoubled(sample, delimiter)) continue;
    const cut = cutAt(sample, delimiter, newline);
    for (const [quote, escapedBy] of quoteCandidates(sample, given)) {
      const dialect = { ...cut, quote, escape: escapedBy };
      yield dialect;
      // Columns that are aligned with spaces: any number of them is one separator.
      if (delimiter === " " && sample.includes("  ")) yield { ...dialect, skipInitialSpace: true };
    }
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
  if (delimiter.length > 1 || !["||", "::", ";;"].includes(doubled) || !sample.includes(doubled)) return false;
  return !sample.replaceAll(doubled, "").includes(delimiter);
}

/** A dialect but for its quotes. */
type Cut = Omit<Dialect, "quote" | "escape">;

function cutAt(sample: string, delimiter: string, newline: Dialect["newline"]): Cut {
  return {
    delimiter,
    skipInitialSpace: delimiter.trim() !== "" && isFollowedBySpace(sample, delimiter),
    newline,
  };
}

function commonestNewline(sample: string): Dialect["newline"] {
  if (!sample.includes("\n")) return sample.includes("\r") ? "\r" : "\n";
  if (isOldMacText(sample)) return "\r";
  return occurrences(sample, "\r\n") * 2 >= occurrences(sample, "\n") ? "\r\n" : "\n";
}

/** Lines end with CR alone, and a later program put some other line breaks in, as at the end. */
function isOldMacText(sample: string): boolean {
  if (occurrences(sample, "\r") <= 2 * occurrences(sample, "\n")) return false;
  // Texts in quotes may hold any number of them.
  const bare = sample.replace(/"[^"]*"/g, "");
  return occurrences(bare, "\r") > 2 * occurrences(bare, "\n");
}

/** True where nearly every separator has a space behind it, as in `a, b, c`. */
function isFollowedBySpace(sample: string, delimiter: string): boolean {
  const all = occurrences(sample, delimiter);
  return all > 0 && occurrences(sample, `${delimiter} `) >= all * 0.9;
}

function occurrences(sample: string, text: string): number {
  let count = 0;
  for (let at = sample.indexOf(text); at >= 0; at = sample.indexOf(text, at + text.length)) count++;
  return count;
}

function scoreOf(sample: string, dialect: Dialect, trust: number): number {
  const records = firstRecords(sample, dialect);
  if (records.length === 0) return 0;
  const { width, share } = commonestWidth(records);
  const shape = width === 1 ? ONE_COLUMN_SCORE : share ** 2 * (1 - 1 / width) * trust;
  return shape * knownShare(records) * quoteOrder(records, dialect);
}

/**
 * How well quotes stand where this reading expects them: 0 if none does, a little more than 1 if some hold cells. In a
 * cell that is not quoted a quote may be inches; if there is one in every record, the cells were cut wrongly.
 */
function quoteOrder(records: readonly TextRecord[], dialect: Dialect): number {
  const isMisread = dialect.quote === "" ? hasQuotedCell : ({ strayQuote }: TextRecord) => strayQuote;
  const isLoose = ({ raw, quotedCells }: TextRecord) => quotedCells === 0 && raw.includes('"');
  const share = (claim: (record: TextRecord) => boolean) => records.filter(claim).length / records.length;
  const quoted = share(({ quotedCells }) => quotedCells > 0);
  return (1 - share(isMisread)) ** 2 * (1 - share(isLoose) / 2) ** 2 * (1 + quoted / 50);
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
