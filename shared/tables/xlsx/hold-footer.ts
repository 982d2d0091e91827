import { cellKind } from "./cell-kind.ts";
import { toRowText } from "./find-layout.ts";
import { kindAt, type RowBatch } from "./row-batch.ts";
import type { SheetFacts } from "./sheet-facts.ts";

const maxFooterRows = 20;

/**
 * Passes batches on without the footer of the sheet: rows at its very end that are set off by a blank row and hold
 * one text each, such as a source or a remark. In the table they would turn a column of numbers into text.
 */
export async function* withoutFooter(batches: AsyncIterable<RowBatch>, facts: SheetFacts): AsyncGenerator<RowBatch> {
  let held: RowBatch | undefined;
  for await (const batch of batches) {
    if (held !== undefined) yield held;
    held = batch;
  }
  if (held !== undefined) yield cutFooter(held, facts);
}

function cutFooter(batch: RowBatch, facts: SheetFacts): RowBatch {
  const start = findFooter(batch);
  for (let row = start; row < batch.rows; row++) facts.notes.push(toRowText(batch, row));
  if (start === batch.rows) return batch;
  facts.noteCells += batch.slice(start, batch.rows).cells;
  return batch.slice(0, start);
}

/** The first row of the footer, or the number of rows where there is none. */
function findFooter(batch: RowBatch): number {
  // One column of text cannot be told from a list of notes. Wide: some row has two cells.
  if (!batch.cellCounts.some((count) => count > 1)) return batch.rows;
  let start = batch.rows;
  for (let row = batch.rows - 1; row > 0 && isNote(batch, row) && batch.rows - row <= maxFooterRows; row--) {
    if ((batch.rowNumbers[row] ?? 0) - (batch.rowNumbers[row - 1] ?? 0) > 1) start = row;
  }
  return start;
}

function isNote(batch: RowBatch, row: number): boolean {
  return batch.cellCounts[row] === 1 && batch.columns.some((cells) => kindAt(cells, row) === cellKind.text);
}
