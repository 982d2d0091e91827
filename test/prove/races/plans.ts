/** The orders in which those who race go through the turnstile: few changes first, one by one, then drawn ones. Pure. */

/** Picks one of those who wait; `last` is who went before. */
export type Chooser = (waiting: readonly string[], step: number, last: string | undefined) => number;

/** An order, by a name that says how to have it again. */
export interface Plan {
  name: string;
  /** One of all those with as few changes; otherwise it was drawn. */
  isPlanned: boolean;
  /** Made anew for each run: a chooser that draws goes on from draw to draw. */
  chooser(): Chooser;
}

/**
 * As many plans as there are runs, at most. First every order in which one goes on until the others have their turn at
 * no step, at one, at two, at three; as far as there is room for all of a kind. Then drawn ones.
 */
export function* plansFor(options: {
  actors: number;
  /** Of all actors together, as far as that is known. */
  steps: number;
  runs: number;
  seed: number;
}): Generator<Plan, void> {
  const { actors, steps, runs, seed } = options;
  let made = 0;
  for (let changes = 0; changes <= MOST_CHANGES; changes++) {
    const places = combinations(changes, steps, (runs - made) / actors);
    if (places === undefined) break;
    for (const at of places) {
      for (let first = 0; first < actors; first++, made++) yield planned(first, at);
    }
  }
  for (; made < runs; made++) yield drawn(seed + made);
}

/** Beyond three changes there are more orders than anybody waits for. */
const MOST_CHANGES = 3;

/** Every way to choose so many of the steps behind the first, in ascending order; undefined where that is too many. */
export function combinations(count: number, steps: number, most: number): number[][] | undefined {
  let ways = 1;
  for (let nth = 0; nth < count; nth++) ways *= (steps - 1 - nth) / (nth + 1);
  if (ways > most) return undefined;
  let found: number[][] = [[]];
  for (let nth = 0; nth < count; nth++) {
    found = found.flatMap((chosen) => {
      const from = (chosen.at(-1) ?? 0) + 1;
      return Array.from({ length: Math.max(0, steps - from) }, (_, further) => [...chosen, from + further]);
    });
  }
  return found;
}

/** The first goes on until a change, and whoever is next behind it from then on. */
function planned(first: number, changes: readonly number[]): Plan {
  const chooser: Chooser = (waiting, step, last) => {
    const names = [...new Set(waiting)].sort();
    if (last === undefined) return waiting.indexOf(names[first % names.length] ?? "");
    if (!changes.includes(step) && waiting.includes(last)) return waiting.indexOf(last);
    const next = names.find((name) => name > last) ?? names[0] ?? last;
    return waiting.indexOf(next);
  };
  return {
    isPlanned: true,
    name: `actor ${first} first, changes at ${changes.join(", ") || "no step"}`,
    chooser: () => chooser,
  };
}

function drawn(seed: number): Plan {
  return {
    name: `drawn by ${seed}`,
    isPlanned: false,
    chooser() {
      const draw = mulberry32(seed ^ 0x9e37_79b9);
      return (waiting) => Math.floor(draw() * waiting.length);
    },
  };
}

/** Numbers below 1, the same ones for a seed. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
