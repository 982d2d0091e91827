/** What one reading of a workbook found and cost. */
export interface WorkbookReading {
  rows: number;
  /** Cells with a value, below the header. */
  cells: number;
  /** Of all threads, from the call on: what it takes to start Node and to load modules is left out. */
  cpuSeconds: number;
  /** Of those, what profile and summary took. */
  profileCpuSeconds: number;
  /** Of the whole process. */
  peakMegabytes: number;
}

/** Reads in a process of its own, and prints what was found and what it took for the one that started it. */
export async function measureReading(
  read: () => Promise<Pick<WorkbookReading, "rows" | "cells">>,
  profileAgain: () => Promise<number> = () => Promise.resolve(0),
): Promise<void> {
  const before = process.cpuUsage();
  const found = await read();
  const { user, system } = process.cpuUsage(before);
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  const cpuSeconds = (user + system) / 1e6;
  const profileCpuSeconds = await profileAgain();
  const reading: WorkbookReading = { ...found, cpuSeconds, profileCpuSeconds, peakMegabytes };
  console.log(JSON.stringify(reading));
}
