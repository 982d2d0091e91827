import { setTimeout as pause } from "node:timers/promises";
import type { QueryFunctionProcess } from "./function-process.ts";
import { best, median } from "./statistics.ts";

const SQL = "SELECT 1";
const RUNS = 15;
const FROZEN_MS = 300;

/** One statement after the other, when no time is left in between to start a process for the next. */
export async function measureBursts(query: QueryFunctionProcess, url: string): Promise<void> {
  const burst: number[] = [];
  const frozen: number[] = [];
  const ask = async () => {
    const started = performance.now();
    await query.ask(SQL, url);
    return performance.now() - started;
  };
  try {
    await query.ask(SQL, url);
    for (let run = 0; run < RUNS; run++) burst.push(await ask());
    for (let run = 0; run < RUNS; run++) {
      const goOn = query.freeze();
      await pause(FROZEN_MS);
      goOn();
      frozen.push(await ask());
    }
  } finally {
    await query.close();
  }
  console.log(
    `\nOne constant again and again, in ms, best / median / worst of ${RUNS}; no goal, each has its own process`,
  );
  console.table({
    "without a pause between": { ms: figures(burst) },
    "frozen between, as Lambda does when nobody asks": { ms: figures(frozen) },
  });
}

function figures(values: readonly number[]): string {
  return `${best(values)} / ${median(values)} / ${Math.max(...values).toFixed(1)}`;
}
