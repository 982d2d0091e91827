import { cellKind } from "./cell-kind.ts";
import { toRowText } from "./find-layout.ts";
import { kindAt, type RowBatch } from "./row-batch.ts";

const maxFooterRows = 20;

/** Notes below a table that were left out of it. */
export interface Footer {
  notes: string[];
}

/**
 * Passes batches on without the footer of the sheet: rows at its very end that are set off by a blank row and hold
 * one text each, such as a source or a remark. In the table they would turn a column of numbers into text.
 */
export async function* withoutFooter<Facts>(
  batches: AsyncGenerator<RowBatch, Facts>,
  footer: Footer,
): AsyncGenerator<RowBatch, Facts> {
  let held: RowBatch | undefined;
  for (;;) {
    const { done, value } = await batches.next();
    if (done) {
      if (held !== undefined) yield cutFooter(held, footer);
      return value;
    }
    if (held !== undefined) yield held;
    held = value;
  }
}

function cutFooter(batch: RowBatch, footer: Footer): RowBatch {
  const start = findFooter(batch);
  for (let row = start; row < batch.rows; row++) footer.notes.push(toRowText(batch, row));
  return start === batch.rows ? batch : batch.slice(0, start);
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
