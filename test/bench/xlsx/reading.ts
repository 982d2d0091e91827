/** What one reading of a workbook found and cost. */
export interface WorkbookReading {
  rows: number;
  /** Cells with a value, below the header. */
  cells: number;
  /** Of the whole process from its start, all threads. */
  cpuSeconds: number;
  peakMegabytes: number;
}

/** Prints what a process of its own found, and what that took it, for the one that started it. */
export function printReading(found: Pick<WorkbookReading, "rows" | "cells">): void {
  const { user, system } = process.cpuUsage();
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ ...found, cpuSeconds: (user + system) / 1e6, peakMegabytes } satisfies WorkbookReading));
}
