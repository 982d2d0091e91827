/**
 * What `main.ts` asks of its worker: to read a workbook, to compare what was read with a file of the other reader's cells, and
 * to make tables of a workbook.
 */
export type WorkerRequest = { read: string } | { compare: string } | { load: string };
export type WorkerAnswer = { seconds: number } | { comparison: Comparison } | { error: string };

/** What `main.ts` asks of the other reader's process: the cells of a workbook into a file, read row by row or, `whole`, at once. */
export interface ReferenceRequest {
  path: string;
  out: string;
  whole: boolean;
}

/** What it answers, once the cells are in the file. */
export type ReferenceAnswer = { ok: true } | { error: string };

/** How two readings of a workbook agree. */
export interface Comparison {
  /** Cells that hold something for either reader. */
  cells: number;
  verdicts: Record<string, { cells: number; example: string }>;
}
