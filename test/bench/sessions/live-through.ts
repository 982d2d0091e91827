import { rotate } from "../report/take-turns.ts";
import { type Spread, spreadOf } from "../report/spread.ts";
import { type Contender, type Operation, operations } from "./contender.ts";

/** What one operation took, and which requests it made to the engines the last time. */
export interface Cost {
  readonly ms: Spread;
  readonly requests: Readonly<Record<string, number>>;
}

/** Requests by their names since the last call, as counted on the wire. */
export type TakeCounts = () => Record<string, number>;

/** Each contender lives through one session after the other, in turn with the others. */
export async function liveThrough(contenders: readonly Contender[], rounds: number, take: TakeCounts) {
  const costs = new Map<Contender, Record<Operation, Cost>>();
  const times = new Map(contenders.map((one) => [one, perOperation((): number[] => [])]));
  const seen = new Map(contenders.map((one) => [one, perOperation((): Record<string, number> => ({}))]));
  for (let round = -1; round < rounds; round++) {
    for (const contender of rotate(contenders, round)) {
      for (const operation of operations) {
        await contender.prepare?.[operation]?.();
        const { ms, requests } = await measureOnce(contender.run[operation], take);
        if (round >= 0) times.get(contender)?.[operation].push(ms); // the first round warms up
        Object.assign(seen.get(contender) ?? {}, { [operation]: requests });
      }
    }
  }
  for (const one of contenders) {
    const cost = (operation: Operation) => ({
      ms: spreadOf(times.get(one)?.[operation] ?? []),
      requests: seen.get(one)?.[operation] ?? {},
    });
    costs.set(one, { create: cost("create"), read: cost("read"), touch: cost("touch"), delete: cost("delete") });
  }
  return costs;
}

/** One call by itself, with what it asked of the engines. */
export async function measureOnce(work: () => Promise<unknown>, take: TakeCounts) {
  take();
  const started = performance.now();
  await work();
  return { ms: performance.now() - started, requests: take() };
}

function perOperation<Value>(make: () => Value): Record<Operation, Value> {
  return { create: make(), read: make(), touch: make(), delete: make() };
}

/** `2 × PutItem, Query`. */
export function describe(counts: Cost["requests"]): string {
  const names = Object.entries(counts).map(([name, count]) => (count === 1 ? name : `${count} × ${name}`));
  return names.join(", ");
}
