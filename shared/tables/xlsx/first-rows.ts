import type { Beginning } from "../preview/beginning.ts";
import type { RowBatch } from "./row-batch.ts";

/** Passes on as many rows as are wanted, to the end of a batch, and notes it when there are more. */
export async function* firstRows(batches: AsyncIterable<RowBatch>, beginning: Beginning): AsyncGenerator<RowBatch> {
  let rows = 0;
  for await (const batch of batches) {
    if (rows >= beginning.maxRows) {
      beginning.isWhole = false;
      return;
    }
    rows += batch.rows;
    yield batch;
  }
}
