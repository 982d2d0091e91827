import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareScripts,
  markedPieces,
  type ScriptSite,
} from "../../../functions/explorer/page/rules/compare-scripts.ts";
import { diffLines } from "../../../functions/explorer/page/rules/line-diff.ts";
import { scriptCells } from "../../../functions/explorer/page/rules/script-cells.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });

describe("diffLines()", () => {
  test("leads from one text to the other, with every line of both once and in order", () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const steps = diffLines(before, after);
        const old = steps.flatMap((step) => (step.kind === "added" ? [] : [step.before]));
        const fresh = steps.flatMap((step) => (step.kind === "removed" ? [] : [step.after]));
        expect(old).toEqual(before.map((_, index) => index));
        expect(fresh).toEqual(after.map((_, index) => index));
        for (const step of steps) if (step.kind === "same") expect(before[step.before]).toBe(after[step.after]);
      }),
    );
  });

  test("keeps as many lines as a longest common subsequence has", () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const kept = diffLines(before, after).filter(({ kind }) => kind === "same").length;
        expect(kept).toBe(longestCommon(before, after));
      }),
    );
  });

  test("gives up on texts that have next to nothing in common", () => {
    const [before, after] = [1, 2].map((text) => Array.from({ length: 1500 }, (_, line) => `${text} ${line}`));
    const steps = diffLines(before ?? [], after ?? []);
    expect(steps.filter(({ kind }) => kind === "same")).toEqual([]);
    expect(steps).toHaveLength(3000);
  });
});

/** By the table of all pairs: slow, and plainly right. */
function longestCommon(before: readonly string[], after: readonly string[]): number {
  let row = new Array<number>(after.length + 1).fill(0);
  for (const line of before) {
    const next = [0];
    for (const [index, other] of after.entries()) {
      next.push(line === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

describe("scriptCells()", () => {
  test("counts a notebook's cells as its report does, and takes their text whole or in lines", () => {
    const cells = [
      { cell_type: "markdown", source: "# Title" },
      { cell_type: "code", source: ["a = 1\n", "b = 2"] },
      { cell_type: "code", source: "c = 3\n" },
    ];
    expect(scriptCells("book.ipynb", JSON.stringify({ cells }))).toEqual([
      { cell: 2, lines: ["a = 1", "b = 2"] },
      { cell: 3, lines: ["c = 3"] },
    ]);
  });

  test.each(["no JSON", "null", "{}", '{"cells": 1}'])("says of %s that it is no notebook", (text) => {
    expect(scriptCells("book.ipynb", text)).toBeUndefined();
  });

  test("ends a script's lines as Python does", () => {
    expect(scriptCells("a.py", "\uFEFFa\r\nb\rc\n")).toEqual([{ lines: ["a", "b", "c"] }]);
  });
});

const site = (line: number, old_text: string, new_text: string | null): ScriptSite => ({
  ...{ line, end_line: line, reader: "pandas.read_csv", code: null, sentence: "It reads sales now", tables: [] },
  ...{ old_text, new_text, class: new_text === null ? "left_alone" : "rewritten_literal" },
});

describe("compareScripts()", () => {
  const before = ["import pandas as pd", "", "", "", "", "", "", 'a = pd.read_csv("a.csv")', 'b = open("b.txt")'];
  const after = [before[0] ?? "", "import session_data", ...before.slice(1)];
  after[8] = 'a = session_data.read_csv("a")';
  const sites = [
    site(8, 'pd.read_csv("a.csv")', 'session_data.read_csv("a")'),
    { ...site(9, 'open("b.txt")', null), sentence: "No file of the session has this name" },
  ];

  test("puts what changed beside each other, explains each place, and folds what is far from any", () => {
    const [compared] = compareScripts([{ lines: before }], [{ lines: after }], sites);
    const rows = compared?.stretches.flatMap((stretch) => stretch.rows) ?? [];
    expect(rows.map(({ kind }) => kind)).toEqual([
      ...["same", "added", "same", "same", "same", "same", "same", "same", "changed", "same"],
    ]);
    expect(rows[8]).toMatchObject({
      before: { number: 8, marks: ['pd.read_csv("a.csv")'] },
      after: { number: 9, marks: ['session_data.read_csv("a")'] },
      notes: [sites[0]],
    });
    expect(rows[9]?.notes).toEqual([sites[1]]);
  });

  test("puts an old line beside the new one that it became, not beside the import before it", () => {
    const [compared] = compareScripts(
      [{ lines: ["df = pd.read_csv('a.csv')"] }],
      [{ lines: ["import session_data", "df = session_data.read_csv('a')"] }],
      [],
    );
    const rows = compared?.stretches.flatMap((stretch) => stretch.rows) ?? [];
    expect(rows).toMatchObject([
      { kind: "added", after: { number: 1 }, isImport: true },
      { kind: "changed", before: { number: 1 }, after: { number: 2 } },
    ]);
  });

  test("folds long stretches in which nothing happens", () => {
    const quiet = Array.from({ length: 50 }, (_, index) => `line ${index}`);
    const [compared] = compareScripts([{ lines: [...quiet, ...before] }], undefined, [site(59, "open", null)]);
    expect(compared?.stretches.map(({ isFolded, rows }) => [isFolded, rows.length])).toEqual([
      [true, 55],
      [false, 4],
    ]);
  });

  test("gives each cell of a notebook its own places", () => {
    const cells = [
      { cell: 1, lines: ["x"] },
      { cell: 4, lines: ["y"] },
    ];
    const compared = compareScripts(cells, undefined, [{ ...site(1, "y", null), cell: 4 }]);
    expect(compared.map(({ cell, stretches }) => [cell, stretches[0]?.rows[0]?.notes.length])).toEqual([
      [1, 0],
      [4, 1],
    ]);
  });
});

describe("markedPieces()", () => {
  test.each([
    { text: "a = f(1) + f(2)", marks: ["f(1)", "f(2)"], pieces: ["a = ", "[f(1)]", " + ", "[f(2)]"] },
    { text: "f()", marks: ["f()"], pieces: ["[f()]"] },
    { text: "plain", marks: [], pieces: ["plain"] },
    { text: "cut", marks: ["no longer there"], pieces: ["cut"] },
  ])("splits $text", ({ text, marks, pieces }) => {
    const found = markedPieces({ number: 1, text, marks });
    expect(found.map((piece) => (piece.isMarked ? `[${piece.text}]` : piece.text))).toEqual(pieces);
  });
});
