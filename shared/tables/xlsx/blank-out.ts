import { cellKind } from "./cell-kind.ts";
import { toCellText } from "./cell-text.ts";
import type { RowBatch } from "./row-batch.ts";

/** Makes the texts that mean NULL blank cells, before they would turn a column of numbers into text. */
export function blankOut(batch: RowBatch, spellings: ReadonlySet<string>): void {
  if (spellings.size === 0) return;
  for (const cells of batch.columns) {
    if (cells === undefined) continue;
    const end = Math.min(batch.rows, cells.kinds.length);
    for (let row = 0; row < end; row++) {
      if (cells.kinds[row] === cellKind.emptyText) cells.kinds[row] = cellKind.blank;
      if (cells.kinds[row] !== cellKind.text || !spellings.has(toCellText(cells, row)?.trim() ?? "")) continue;
      cells.kinds[row] = cellKind.blank;
      batch.cellCounts[row] = (batch.cellCounts[row] ?? 1) - 1;
    }
  }
}
