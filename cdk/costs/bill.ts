import { type Price, prices } from "../operations/prices.ts";
import type { Use } from "./usage.ts";

/** A month, in dollars. */
export interface Bill {
  readonly total: number;
  readonly byComponent: ReadonlyMap<string, number>;
  readonly byFeature: ReadonlyMap<string, number>;
}

/** What a month with so many sessions costs. What gets cheaper by the unit is shared out among all that used it. */
export function toBill(perSession: readonly Use[], fixed: readonly Use[], sessions: number): Bill {
  const uses = [...perSession.map((use) => ({ ...use, units: use.units * sessions })), ...fixed];
  const units = sumBy(
    uses,
    ({ price }) => price,
    ({ units }) => units,
  );
  const dollarsOf = ({ price, units: mine }: Use) => {
    const all = units.get(price) ?? 0;
    return all === 0 ? 0 : (mine / all) * costOf(prices[price], all);
  };
  return {
    total: uses.reduce((sum, use) => sum + dollarsOf(use), 0),
    byComponent: descending(sumBy(uses, ({ component }) => component, dollarsOf)),
    byFeature: descending(sumBy(uses, ({ feature }) => feature, dollarsOf)),
  };
}

/** Dollars for so many units in one month, tier by tier. */
export function costOf({ dollars, beyond = [] }: Price, units: number): number {
  const tiers = [{ units: 0, dollars }, ...beyond];
  return tiers.reduce((sum, tier, at) => {
    const end = tiers[at + 1]?.units ?? Number.POSITIVE_INFINITY;
    return sum + Math.max(0, Math.min(units, end) - tier.units) * tier.dollars;
  }, 0);
}

function sumBy<Key extends string>(
  uses: readonly Use[],
  keyOf: (use: Use) => Key,
  amountOf: (use: Use) => number,
): Map<Key, number> {
  const sums = new Map<Key, number>();
  for (const use of uses) sums.set(keyOf(use), (sums.get(keyOf(use)) ?? 0) + amountOf(use));
  return sums;
}

function descending<Key extends string>(sums: Map<Key, number>): Map<Key, number> {
  return new Map([...sums].sort(([, one], [, other]) => other - one));
}
