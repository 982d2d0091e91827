import { type LoadedSheet, loadRows, type SheetSource } from "./load-rows.ts";
import { TableFinder } from "./find-tables.ts";
import type { RowBatch } from "./row-batch.ts";
import { withinRange } from "./sheet-range.ts";
import { describeOthers } from "./sheet-warnings.ts";

/**
 * Makes one table of a sheet; of several on it the largest, and the others are named in a warning.
 *
 * What is on a sheet is known at its end only. Hopefully it is one table, and then the first reading is the last.
 */
export async function loadSheet(source: SheetSource): Promise<LoadedSheet> {
  if (source.reading.isTableGiven) return loadGiven(source);
  const finder = new TableFinder();
  const whole = await loadRows({ ...source, read: async (facts) => watched(await source.read(facts), finder) });
  const found = finder.finish();
  const { main } = found;
  if (main === undefined) return whole;
  const loaded = await loadRows({ ...source, read: async (facts) => withinRange(await source.read(facts), main) });
  return { ...loaded, isGivenBack: false, warnings: [describeOthers(main, found), ...loaded.warnings] };
}

/** Somebody said where the table is. */
function loadGiven(source: SheetSource): Promise<LoadedSheet> {
  const { range } = source.reading;
  if (range === undefined) return loadRows(source);
  return loadRows({ ...source, read: async (facts) => withinRange(await source.read(facts), range) });
}

async function* watched(batches: AsyncIterable<RowBatch>, finder: TableFinder): AsyncGenerator<RowBatch> {
  for await (const batch of batches) {
    finder.add(batch);
    yield batch;
  }
}
