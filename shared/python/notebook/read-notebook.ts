import { type JsonSpan, rawOffset, scanJson } from "./scan-json.ts";
import type { Edit } from "../rewriting/edit.ts";
import { maskMagics } from "./mask-magics.ts";

/** The code of a notebook as one program, and the way back from it into the notebook's JSON. */
export interface Notebook {
  /** The code cells one after the other, each followed by a line break. */
  program: string;
  /** Which cell, from 1 among all, and which offset in it. */
  locate(offset: number): { cell: number; text: string; offset: number };
  /** Edits of the program as edits of the JSON text; undefined where one cannot be made inside its strings. */
  toJson(edits: readonly Edit[]): Edit[] | undefined;
}

interface Cell {
  number: number;
  /** Where it begins in the program. */
  start: number;
  source: string;
  /** The strings of its source, and where each begins in it. */
  strings: { span: JsonSpan; start: number; length: number }[];
}

type Problem = { problem: "invalid_notebook" | "no_reads" | "invalid_python"; detail: string };

/** Reads a notebook; a problem where it is none, or is in another language. */
export function readNotebook(text: string): Notebook | Problem {
  const parsed = parse(text);
  const spans = parsed === undefined ? undefined : scanJson(text);
  if (spans?.is !== "object") return { problem: "invalid_notebook", detail: "It is no JSON of a notebook" };
  const language = languageOf(parsed);
  if (language !== undefined && !/python/i.test(language)) {
    return { problem: "no_reads", detail: `Its language is ${language}` };
  }
  const cells: Cell[] = [];
  let program = "";
  let python = 0;
  for (const [index, span] of cellsOf(spans).entries()) {
    const cell = readCell(text, span, index + 1, program.length);
    if (cell === undefined) continue;
    const masked = maskMagics(cell.source);
    if (masked.isPython) python++;
    program += `${masked.text}\n`;
    cells.push(cell);
  }
  if (cells.length > 0 && python === 0) {
    return { problem: "invalid_python", detail: "None of its cells is valid Python 3" };
  }
  return { program, locate: (offset) => locate(cells, offset), toJson: (edits) => toJson(text, cells, program, edits) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function languageOf(notebook: unknown): string | undefined {
  const { metadata } = notebook as {
    metadata?: { kernelspec?: { language?: unknown }; language_info?: { name?: unknown } };
  };
  const language = metadata?.language_info?.name ?? metadata?.kernelspec?.language;
  return typeof language === "string" ? language : undefined;
}

/** Cells stand in the notebook itself, until format 3 in its worksheets. */
function cellsOf(root: JsonSpan): JsonSpan[] {
  const direct = member(root, "cells");
  if (direct?.is === "array") return direct.items;
  const sheets = member(root, "worksheets");
  return sheets?.is === "array" ? sheets.items.flatMap(cellsOf) : [];
}

function member(span: JsonSpan | undefined, name: string): JsonSpan | undefined {
  return span?.is === "object" ? span.members.get(name) : undefined;
}

function readCell(text: string, span: JsonSpan, number: number, start: number): Cell | undefined {
  const type = member(span, "cell_type");
  if (type === undefined || text.slice(type.start, type.end) !== '"code"') return undefined;
  const given = member(span, "source") ?? member(span, "input");
  const spans = given?.is === "array" ? given.items : given === undefined ? [] : [given];
  const strings: Cell["strings"] = [];
  let source = "";
  for (const each of spans) {
    if (each.is !== "string") return undefined;
    const content: string = JSON.parse(text.slice(each.start, each.end));
    strings.push({ span: each, start: source.length, length: content.length });
    source += content;
  }
  return { number, start, source, strings };
}

function cellAt(cells: readonly Cell[], offset: number): Cell | undefined {
  return cells.findLast(({ start }) => start <= offset);
}

function locate(cells: readonly Cell[], offset: number) {
  const cell = cellAt(cells, offset);
  return { cell: cell?.number ?? 1, text: cell?.source ?? "", offset: offset - (cell?.start ?? 0) };
}

function toJson(text: string, cells: readonly Cell[], program: string, edits: readonly Edit[]): Edit[] | undefined {
  const isAscii = /^[\0-\x7f]*$/.test(text);
  const moved: Edit[] = [];
  for (const edit of edits) {
    const place = placeOf(cells, program, edit);
    const string = place?.cell.strings.findLast(({ start }) => start <= place.start);
    if (place === undefined || string === undefined || place.end > string.start + string.length) return undefined;
    if (place.start === place.end && place.start === string.start && place.text.endsWith("\n")) {
      const { start } = string.span;
      const separator = separatorAt(text, place.cell, place.cell.strings.indexOf(string));
      if (separator !== undefined) {
        moved.push({ start, end: start, text: `"${escapeJson(place.text, isAscii)}"${separator}` });
        continue;
      }
    }
    const [start, end] = [place.start, place.end].map((at) => rawOffset(text, string.span, at - string.start));
    moved.push({ start: start ?? 0, end: end ?? 0, text: escapeJson(place.text, isAscii) });
  }
  return moved;
}

/** What stands between this line of a cell and the one before, or behind; undefined where its source is no list. */
function separatorAt(text: string, { strings }: Cell, index: number): string | undefined {
  const [one, other] = index > 0 ? [strings[index - 1], strings[index]] : [strings[0], strings[1]];
  return one === undefined || other === undefined ? undefined : text.slice(one.span.end, other.span.start);
}

/** Where an edit is in its cell. A new line between two cells belongs to the end of the first. */
function placeOf(cells: readonly Cell[], program: string, { start, end, text }: Edit) {
  const cell = cellAt(cells, start);
  if (cell === undefined) return undefined;
  const before = cells[cells.indexOf(cell) - 1];
  if (
    start === end &&
    start === cell.start &&
    /\n$/.test(text) &&
    before !== undefined &&
    !/^\S/.test(program.slice(start))
  ) {
    return {
      cell: before,
      start: before.source.length,
      end: before.source.length,
      text: `\n${text.replace(/\n$/, "")}`,
    };
  }
  return { cell, start: start - cell.start, end: end - cell.start, text };
}

function escapeJson(text: string, isAscii: boolean): string {
  const inner = JSON.stringify(text).slice(1, -1);
  if (!isAscii) return inner;
  return inner.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
