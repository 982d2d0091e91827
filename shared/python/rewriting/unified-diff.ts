import { applyEdits, type Edit } from "./edit.ts";

const CONTEXT = 3;

/** A stretch of lines that changes: lines of the original, from 0, the end excluded. */
interface Hunk {
  from: number;
  to: number;
  edits: Edit[];
}

/** The unified diff that the edits are. Nothing has to be compared: what changes is known. */
export function unifiedDiff(text: string, edits: readonly Edit[], names: { before: string; after: string }): string {
  if (edits.length === 0) return "";
  const starts = lineStarts(text);
  const hunks = joinHunks(edits.map((edit) => hunkOf(edit, text, starts)));
  const pieces = [`--- ${names.before}\n+++ ${names.after}\n`];
  let shift = 0;
  for (const hunk of joinNear(hunks)) {
    const before = Math.max(0, hunk.from - CONTEXT);
    const after = Math.min(starts.length - 1, hunk.to + CONTEXT);
    const lines: string[] = [];
    let added = 0;
    let at = before;
    for (const part of hunk.parts) {
      const [start, end] = [starts[part.from] ?? text.length, starts[part.to] ?? text.length];
      const old = splitLines(text.slice(start, end));
      const moved = part.edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
      const fresh = splitLines(applyEdits(text.slice(start, end), moved));
      lines.push(...linesOf(text, starts, at, part.from, " "), ...marked(old, "-"), ...marked(fresh, "+"));
      added += fresh.length - old.length;
      at = part.to;
    }
    lines.push(...linesOf(text, starts, at, after, " "));
    const size = after - before;
    pieces.push(`@@ -${range(before, size)} +${range(before + shift, size + added)} @@\n`, ...lines);
    shift += added;
  }
  return pieces.join("");
}

/** Where each line begins, and the end of the text. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  if (starts.at(-1) !== text.length) starts.push(text.length);
  return starts;
}

function hunkOf(edit: Edit, text: string, starts: readonly number[]): Hunk {
  const from = lineAt(edit.start, starts);
  const isNewLine = edit.start === edit.end && starts[from] === edit.start && /[\r\n]$/.test(edit.text);
  if (isNewLine || (edit.start === text.length && starts.at(-1) === edit.start && text === ""))
    return { from, to: from, edits: [edit] };
  return { from, to: lineAt(Math.max(edit.start, edit.end - 1), starts) + 1, edits: [edit] };
}

/** The line of an offset; that behind the text belongs to the last line, unless it ended. */
function lineAt(offset: number, starts: readonly number[]): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return Math.min(low, Math.max(0, starts.length - 2));
}

/** Hunks that touch the same lines are one. */
function joinHunks(hunks: readonly Hunk[]): Hunk[] {
  const joined: Hunk[] = [];
  for (const hunk of [...hunks].sort((one, other) => one.from - other.from || one.to - other.to)) {
    const last = joined.at(-1);
    if (last !== undefined && hunk.from < last.to) {
      last.to = Math.max(last.to, hunk.to);
      last.edits.push(...hunk.edits);
    } else joined.push({ ...hunk, edits: [...hunk.edits] });
  }
  return joined;
}

/** Those whose context would overlap are shown together. */
function joinNear(hunks: readonly Hunk[]): { from: number; to: number; parts: Hunk[] }[] {
  const shown: { from: number; to: number; parts: Hunk[] }[] = [];
  for (const hunk of hunks) {
    const last = shown.at(-1);
    if (last !== undefined && hunk.from - last.to <= 2 * CONTEXT) {
      last.to = hunk.to;
      last.parts.push(hunk);
    } else shown.push({ from: hunk.from, to: hunk.to, parts: [hunk] });
  }
  return shown;
}

function linesOf(text: string, starts: readonly number[], from: number, to: number, mark: string): string[] {
  return marked(splitLines(text.slice(starts[from] ?? text.length, starts[to] ?? text.length)), mark);
}

function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

function marked(lines: readonly string[], mark: string): string[] {
  return lines.map((line) => {
    const shown = line.replace(/(\r\n|\r|\n)$/, "");
    return shown === line ? `${mark}${line}\n\\ No newline at end of file\n` : `${mark}${shown}\n`;
  });
}

function range(from: number, size: number): string {
  const first = size === 0 ? from : from + 1;
  return size === 1 ? `${first}` : `${first},${size}`;
}
