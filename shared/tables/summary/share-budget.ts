import { countTokens } from "./count-tokens.ts";

/** One part of a text in several lengths, the longest first. */
export type Renderings = readonly string[];

/**
 * Chooses a length for each part so that all of them stay within so many tokens. Parts that need little leave the rest
 * to those that need more. Where even the shortest do not all fit, the last parts are left out: undefined.
 */
export function shareBudget(parts: readonly Renderings[], budget: number): (string | undefined)[] {
  const sized = parts.map((renderings) => renderings.map((text) => ({ text, size: countTokens(text) })));
  const least = sized.map((renderings) => renderings.at(-1)?.size ?? 0);
  const kept = countFitting(least, budget);
  const bySize = [...parts.keys()]
    .slice(0, kept)
    .toSorted((a, b) => (sized[a]?.[0]?.size ?? 0) - (sized[b]?.[0]?.size ?? 0));
  const chosen: (string | undefined)[] = parts.map(() => undefined);
  let spare = budget - sum(least.slice(0, kept));
  for (const [place, index] of bySize.entries()) {
    const allowed = (least[index] ?? 0) + spare / (bySize.length - place);
    const taken = sized[index]?.find(({ size }) => size <= allowed) ?? sized[index]?.at(-1);
    chosen[index] = taken?.text;
    spare -= (taken?.size ?? 0) - (least[index] ?? 0);
  }
  return chosen;
}

/** How many fit in their shortest form, from the first on. */
function countFitting(sizes: readonly number[], budget: number): number {
  let total = 0;
  const over = sizes.findIndex((size) => {
    total += size;
    return total > budget;
  });
  return over === -1 ? sizes.length : over;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
