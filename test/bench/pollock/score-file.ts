import { normalizeCell } from "./normalize-cell.ts";

/** Precision, recall and their harmonic mean, as Pollock calls them: precision is over the clean file's items. */
export interface Measure {
  precision: number;
  recall: number;
  f1: number;
}

/** What Pollock measures of one file; its score is the sum of all ten numbers. */
export interface FileScore {
  success: 0 | 1;
  header: Measure;
  record: Measure;
  cell: Measure;
}

const FULL: Measure = { precision: 1, recall: 1, f1: 1 };
const NONE: Measure = { precision: 0, recall: 0, f1: 0 };

/** Nothing was loaded. */
export const FAILED: FileScore = { success: 0, header: NONE, record: NONE, cell: NONE };

/** The ten measures of a file that was loaded as `loaded`, where `clean` is what it holds (`pollock/metrics.py`). */
export function scoreFile(clean: readonly string[][], loaded: readonly string[][]): FileScore {
  if (clean.length === 0) return { success: 1, header: FULL, record: FULL, cell: FULL };
  const normalClean = clean.map((row) => row.map(normalizeCell));
  const normalLoaded = loaded.map((row) => row.map(normalizeCell));
  return {
    success: 1,
    header: compare(normalClean[0] ?? [], normalLoaded[0] ?? []),
    // Cells of a record are joined without anything between them, so where a record is cut does not matter here.
    record: compare(toRecords(normalClean), toRecords(normalLoaded)),
    cell: compare(clean.flat(), loaded.flat()),
  };
}

export function total({ success, header, record, cell }: FileScore): number {
  const sum = ({ precision, recall, f1 }: Measure) => precision + recall + f1;
  return success + sum(header) + sum(record) + sum(cell);
}

function toRecords(rows: readonly string[][]): string[] {
  return rows.slice(1).map((row) => row.join(""));
}

/** Compares two lists without regard to their order. */
function compare(clean: readonly string[], loaded: readonly string[]): Measure {
  if (clean.length === 0) return FULL;
  const left = new Map<string, number>();
  for (const item of clean) left.set(item, (left.get(item) ?? 0) + 1);
  let common = 0;
  for (const item of loaded) {
    const count = left.get(item) ?? 0;
    if (count === 0) continue;
    left.set(item, count - 1);
    common++;
  }
  if (common === 0) return NONE;
  const precision = common / clean.length;
  const recall = common / loaded.length;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}
