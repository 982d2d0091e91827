/** Work that is compared: what it answers is its figure. */
export type Turn = () => Promise<number>;

/**
 * Lets all sides work in turn, so that whatever else the machine does meets all of them, and begins each round with
 * another side. A first round warms up and does not count. Answers the figures of each side, in the order of the rounds.
 */
export async function takeTurns<Name extends string>(
  sides: Readonly<Record<Name, Turn>>,
  rounds: number,
  { warmUp = true }: { warmUp?: boolean } = {},
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    for (const name of rotate(names, round)) {
      const figure = await sides[name]();
      if (round >= 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** The same in the same order, beginning elsewhere in each round. */
export function rotate<Value>(values: readonly Value[], round: number): Value[] {
  const from = values.length === 0 ? 0 : Math.max(round, 0) % values.length;
  return [...values.slice(from), ...values.slice(0, from)];
}

/** How long the work takes by the clock on the wall. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
