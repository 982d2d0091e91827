/** Numbers that look like chance and are the same for the same seed (mulberry32). */
export interface Random {
  /** At least 0 and below `end`, whole. */
  below(end: number): number;
  /** One of them; throws where there is none. */
  pick<Item>(items: readonly Item[]): Item;
  /** True once in so many times. */
  oneIn(times: number): boolean;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (end: number) => Math.floor(next() * end);
  return {
    below,
    oneIn: (times) => below(times) === 0,
    pick(items) {
      if (items.length === 0) throw new Error("There is nothing to pick from");
      return items[below(items.length)] as (typeof items)[number];
    },
  };
}
