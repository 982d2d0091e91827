/** What one load of a CSV file into a closed database took. */
export interface CsvLoading {
  rows: number;
  /** All threads, from the first look at the file to the closed and verified database. */
  cpuSeconds: number;
  /** Of those, what the profile and the summary took; 0 where there are none. */
  profileCpuSeconds: number;
  /** Of the whole process. */
  peakMegabytes: number;
}

export async function cpuSecondsOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export function peakMegabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

/** Says it to the process that started this one. */
export function printLoading(loading: CsvLoading): void {
  console.log(JSON.stringify(loading));
}

/** What profile and summary add to the rest. */
export function shareOfProfile({
  cpuSeconds,
  profileCpuSeconds,
}: Pick<CsvLoading, "cpuSeconds" | "profileCpuSeconds">) {
  return profileCpuSeconds / (cpuSeconds - profileCpuSeconds);
}

export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
