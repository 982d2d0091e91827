/** How fast something goes, smoothed over the last seconds, and how long the rest takes at that rate. */
export interface Meter {
  /** Bytes a second; 0 until there is something to go by. */
  rate: number;
  note(bytes: number, atMs: number): void;
  secondsLeft(rest: number): number | undefined;
}

const WINDOW_MS = 6_000;

export function createMeter(): Meter {
  let samples: { bytes: number; atMs: number }[] = [];
  let rate = 0;
  return {
    get rate() {
      return rate;
    },
    note(bytes, atMs) {
      samples.push({ bytes, atMs });
      samples = samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS);
      const first = samples[0];
      if (first === undefined || atMs - first.atMs < 250) return;
      rate = Math.max(0, ((bytes - first.bytes) * 1000) / (atMs - first.atMs));
    },
    secondsLeft: (rest) => (rate > 0 ? rest / rate : undefined),
  };
}
