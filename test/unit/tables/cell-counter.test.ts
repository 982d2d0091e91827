import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CellCounter } from "../../../shared/tables/csv/cell-counter.ts";
import type { Dialect } from "../../../shared/tables/csv/dialect.ts";
import { provesDouble, provesWholeNumber } from "../../../shared/tables/types/number-proofs.ts";
import type { CellProof } from "../../../shared/tables/types/type-rule.ts";

const comma: Dialect = { delimiter: ",", quote: '"', escape: '"', skipInitialSpace: false, newline: "\n" };

/** Counts as a reader of blocks does that gets this many more bytes each time. */
function count(
  text: string,
  dialect: Dialect,
  width: number,
  steps: readonly number[],
  proofs: readonly (CellProof | undefined)[] = [undefined, provesWholeNumber],
) {
  const bytes = Buffer.from(text);
  const counter = new CellCounter(dialect, width, proofs);
  let used = 0;
  let seen = 0;
  for (let step = 0; counter.irregular === undefined; step++) {
    const next = Math.min(bytes.length, seen + (steps[step % steps.length] ?? 1));
    const isLast = next === seen;
    seen = next;
    used += counter.read(bytes.subarray(used, seen), isLast);
    if (isLast) break;
  }
  const { records, blankLines, longest, irregular, refutations } = counter;
  const [filled, quoted, bare] = [counter.filled, counter.quoted, counter.bare.counts].map((counts) => [...counts]);
  return { records, blankLines, longest, filled, quoted, bare, irregular, refutations: [...refutations] };
}

describe("CellCounter", () => {
  const steps = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

  test("finds the cells that were written, whatever is in them", () => {
    const character = fc.constantFrom("a", "1", "é", " ", ",", ";", '"', "\n", "\r\n", "\\", "\0", "'");
    const cell = fc.array(character, { maxLength: 5 }).map((parts) => parts.join(""));
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });
    const form = fc.constantFrom(
      comma,
      { ...comma, delimiter: ";", newline: "\r\n" as const },
      { ...comma, escape: "\\" },
      { ...comma, quote: "'", escape: "'" },
    );
    const property = fc.property(table, form, fc.boolean(), steps, (rows, dialect, isClosed, by) => {
      const lines = rows.map((cells) => cells.map((text) => quote(text, dialect)).join(dialect.delimiter));
      const text = lines.join(dialect.newline) + (isClosed ? dialect.newline : "");
      expect(count(text, dialect, 3, by)).toMatchObject({
        records: rows.length,
        blankLines: 0,
        irregular: undefined,
        filled: [0, 1, 2].map((index) => rows.filter((cells) => cells[index] !== "").length),
      });
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test("counts the same however the bytes come", () => {
    const piece = fc.constantFrom("a", "12", ",", ",", '"', "\n", "\n", "\r\n", "\r", " ", "\\", "é");
    const text = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(""));
    const form = fc.constantFrom(comma, { ...comma, escape: "\\" }, { ...comma, newline: "\r\n" as const });
    const property = fc.property(text, form, steps, (all, dialect, by) => {
      expect(count(all, dialect, 2, by)).toEqual(count(all, dialect, 2, [1000]));
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test("names the first cell for which a proof does not hold", () => {
    expect(count('a,1\nb,"2"\nc,\nd,03\ne,x\n', comma, 2, [3]).refutations).toEqual([[1, "03"]]);
  });

  test("counts and proves every cell, whether or not it is as long as the one above it", () => {
    const text = fc.constantFrom("", "1", "7", "12", "99", "123", "07", "1.5", "x", "1;2", "é");
    const cell = fc.record({ text, isQuoted: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()) });
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 30 });
    const property = fc.property(table, steps, (rows, by) => {
      const written = rows.map((row) => row.map((one) => (one.isQuoted ? `"${one.text}"` : one.text)).join(","));
      const found = count(`${written.join("\n")}\n`, comma, 3, by, [provesWholeNumber, provesWholeNumber, undefined]);
      const columns = [0, 1, 2].map((index) => rows.flatMap((row) => row[index] ?? []));
      expect(found).toMatchObject({
        records: rows.length,
        irregular: undefined,
        filled: columns.map((cells) => cells.filter((one) => one.text !== "").length),
        quoted: columns.map((cells) => cells.filter((one) => one.isQuoted).length),
        bare: columns.map((cells) => fromFirstQuoted(cells).filter((one) => !one.isQuoted).length),
      });
      const refuted = columns.slice(0, 2).map((cells) => cells.find((one) => !/^([1-9]\d*)?$/.test(one.text))?.text);
      const first = new Map(found.refutations);
      expect([first.get(0), first.get(1)]).toEqual(refuted);
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test("passes over no separator that a proof would take for part of a number", () => {
    const point = { ...comma, delimiter: "." };
    const found = count("123.4\n1.2.4\n", point, 2, [100], [provesDouble, undefined]);
    expect(found.irregular).toBe("record 2 has 3 cells instead of 2");
  });

  test("takes a cell beyond all measure for an open quote", () => {
    const counter = new CellCounter(comma, 1, []);
    counter.read(Buffer.alloc(17 * 1024 * 1024, '"x'), false);
    expect(counter.irregular).toBe("a quote stands within a quoted cell");
    const endless = new CellCounter(comma, 1, []);
    endless.read(Buffer.concat([Buffer.from('"'), Buffer.alloc(17 * 1024 * 1024, "x")]), false);
    expect(endless.irregular).toBe("a quote is never closed");
  });
});

/** In quotes always: whether a cell needs them is the reader's business. */
function quote(text: string, { quote: mark, escape: escapedBy }: Dialect): string {
  if (escapedBy === "\\") return `${mark}${text.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`)}${mark}`;
  return `${mark}${text.replaceAll(mark, mark + mark)}${mark}`;
}

function fromFirstQuoted<Cell extends { isQuoted: boolean }>(cells: readonly Cell[]): Cell[] {
  const first = cells.findIndex((cell) => cell.isQuoted);
  return first < 0 ? [] : cells.slice(first);
}
