/** What `main.ts` asks of its worker: to read a workbook, then to compare it with a file of openpyxl's cells. */
export type WorkerRequest = { read: string } | { compare: string };
export type WorkerAnswer = { seconds: number } | { comparison: Comparison } | { error: string };

/** What openpyxl's process answers, once the cells are in the file. */
export type ReferenceAnswer = { ok: true } | { error: string };

/** How two readings of a workbook agree. */
export interface Comparison {
  /** Cells that hold something for either reader. */
  cells: number;
  verdicts: Record<string, { cells: number; example: string }>;
}
