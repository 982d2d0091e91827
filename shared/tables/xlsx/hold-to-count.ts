import type { RowBatch } from "./row-batch.ts";
import type { SheetFacts } from "./sheet-facts.ts";

/** The reader met other cells than were counted by other means. */
export class Miscount extends Error {}

/** Passes rows on, and throws a `Miscount` after the last one unless the reader met every cell that was counted. */
export async function* heldToCount(batches: AsyncIterable<RowBatch>, facts: SheetFacts): AsyncGenerator<RowBatch> {
  yield* batches;
  const { counts } = facts;
  if (counts === undefined) return;
  const { counted, met } = counts;
  if (counted.cells === met.cells && counted.rows === met.rows) return;
  const found = `${counted.cells} cells with a value in ${counted.rows} rows and the reader ${met.cells} in ${met.rows}`;
  throw new Miscount(`A count found ${found}, so the sheet was read a second time, tag by tag`);
}
