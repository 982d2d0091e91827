import type { Answer } from "../../../../shared/client/index.ts";
import { diffLines, type Step } from "./line-diff.ts";
import type { ScriptCell } from "./script-cells.ts";

export type ScriptReport = NonNullable<Answer<"listConversions">["data"][number]["script"]>;
export type ScriptSite = ScriptReport["sites"][number];

/** A line on one side of the comparison; `number` counts from 1 within its cell. */
export interface Side {
  number: number;
  text: string;
  /** Parts of the line that a read is, before or after. */
  marks: string[];
}

/** One line of the comparison, with what is to be said of the reads that end in it. */
export interface CompareRow {
  kind: "same" | "changed" | "added" | "removed";
  before?: Side;
  after?: Side;
  notes: ScriptSite[];
  /** The line that brings in the helper, without which the others would not know the tables. */
  isImport?: boolean;
}

/** Rows beside each other; `isFolded` ones are far from anything that happened. */
export interface Stretch {
  isFolded: boolean;
  rows: CompareRow[];
}

export interface ComparedCell {
  cell?: number;
  stretches: Stretch[];
}

const CONTEXT = 3;
const IMPORT = /^\s*(import|from)\s/;
/** Fewer lines are shown rather than folded: a button takes as much room. */
const MIN_FOLDED = 4;

/** The script before and after, cell by cell; without an `after` it is the script as it stayed. */
export function compareScripts(
  before: readonly ScriptCell[],
  after: readonly ScriptCell[] | undefined,
  sites: readonly ScriptSite[],
): ComparedCell[] {
  return before.map(({ cell, lines }, index) => {
    const changed = after?.[index]?.lines ?? lines;
    const inCell = sites.filter((site) => site.cell === cell);
    const rows = rowsOf(diffLines(lines, changed), lines, changed, inCell);
    return { ...(cell !== undefined && { cell }), stretches: foldQuiet(rows) };
  });
}

function rowsOf(
  steps: readonly Step[],
  before: readonly string[],
  after: readonly string[],
  sites: readonly ScriptSite[],
): CompareRow[] {
  const rows: CompareRow[] = [];
  for (let at = 0; at < steps.length; ) {
    const step = steps[at];
    if (step === undefined) break;
    if (step.kind === "same") {
      rows.push(toRow(step.before, step.after));
      at++;
      continue;
    }
    // What goes and what comes at one place stand beside each other, line by line.
    const run = takeRun(steps, at);
    const removed = run.flatMap((each) => (each.kind === "removed" ? [each.before] : []));
    const added = run.flatMap((each) => (each.kind === "added" ? [each.after] : []));
    const ahead = linesAhead(
      removed.map((line) => before[line] ?? ""),
      added.map((line) => after[line] ?? ""),
    );
    for (const line of added.slice(0, ahead)) rows.push(toRow(undefined, line));
    for (let line = 0; line < Math.max(removed.length, added.length - ahead); line++) {
      rows.push(toRow(removed[line], added[ahead + line]));
    }
    at += run.length;
  }
  return rows;

  function toRow(old: number | undefined, fresh: number | undefined): CompareRow {
    const here = sites.filter(({ line, end_line }) => old !== undefined && line <= old + 1 && old + 1 <= end_line);
    const isSame = old !== undefined && fresh !== undefined && before[old] === after[fresh];
    const kind = isSame ? "same" : old === undefined ? "added" : fresh === undefined ? "removed" : "changed";
    return {
      kind,
      ...(old !== undefined && { before: toSide(old, before[old] ?? "", here, "old_text") }),
      ...(fresh !== undefined && { after: toSide(fresh, after[fresh] ?? "", here, "new_text") }),
      notes: here.filter(({ end_line }) => end_line === (old ?? -1) + 1),
      ...(kind === "added" && IMPORT.test(after[fresh ?? -1] ?? "") && { isImport: true }),
    };
  }
}

function takeRun(steps: readonly Step[], from: number): Step[] {
  const end = steps.findIndex(({ kind }, index) => index >= from && kind === "same");
  return steps.slice(from, end === -1 ? undefined : end);
}

/** How many of the new lines stand before the one that the first old line became: where most of each line is alike. */
function linesAhead(removed: readonly string[], added: readonly string[]): number {
  const likeness = (ahead: number) =>
    removed.reduce((sum, line, index) => sum + commonPrefix(line, added[ahead + index] ?? ""), 0);
  let best = 0;
  for (let ahead = 1; ahead <= added.length - removed.length; ahead++) {
    if (likeness(ahead) > likeness(best)) best = ahead;
  }
  return best;
}

function commonPrefix(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function toSide(index: number, text: string, sites: readonly ScriptSite[], which: "old_text" | "new_text"): Side {
  const marks = sites.flatMap((site) => {
    const part = site[which];
    return part !== null && text.includes(part) ? [part] : [];
  });
  return { number: index + 1, text, marks };
}

/** Puts away the lines that nothing happens near. */
function foldQuiet(rows: readonly CompareRow[]): Stretch[] {
  const isNear = new Array<boolean>(rows.length).fill(false);
  rows.forEach(({ kind, notes }, index) => {
    if (kind === "same" && notes.length === 0) return;
    isNear.fill(true, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  });
  const stretches: Stretch[] = [];
  rows.forEach((row, index) => {
    const isFolded = isNear[index] !== true;
    const last = stretches.at(-1);
    if (last?.isFolded === isFolded) last.rows.push(row);
    else stretches.push({ isFolded, rows: [row] });
  });
  return joinShort(stretches);
}

function joinShort(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const { isFolded, rows } of stretches) {
    const stays = isFolded && rows.length >= MIN_FOLDED;
    const last = joined.at(-1);
    if (last !== undefined && !last.isFolded && !stays) last.rows.push(...rows);
    else joined.push({ isFolded: stays, rows: [...rows] });
  }
  return joined;
}

/** A line in pieces, of which the marked ones are reads. */
export function markedPieces({ text, marks }: Side): { text: string; isMarked: boolean }[] {
  const pieces: { text: string; isMarked: boolean }[] = [];
  let at = 0;
  for (const mark of marks) {
    const start = text.indexOf(mark, at);
    if (start === -1) continue;
    pieces.push({ text: text.slice(at, start), isMarked: false }, { text: mark, isMarked: true });
    at = start + mark.length;
  }
  pieces.push({ text: text.slice(at), isMarked: false });
  return pieces.filter((piece) => piece.text !== "");
}
