/** One step from a text's lines to another's: lines that stay, that go, or that come. */
export interface Step {
  kind: "same" | "removed" | "added";
  /** Places in the old and the new text, from 0; the one that a step does not touch is where it stands. */
  before: number;
  after: number;
}

/** More differences than this are no comparison any more: everything then goes, and everything comes. */
const MAX_DIFFERENCES = 2_000;

/**
 * The shortest way from one list of lines to another, by Myers' greedy algorithm ("An O(ND) Difference Algorithm",
 * 1986): quick where little differs, however long the texts are.
 */
export function diffLines(before: readonly string[], after: readonly string[]): Step[] {
  const trace = furthestReaches(before, after);
  if (trace === undefined) {
    return [
      ...before.map((_, index): Step => ({ kind: "removed", before: index, after: 0 })),
      ...after.map((_, index): Step => ({ kind: "added", before: before.length, after: index })),
    ];
  }
  return walkBack(trace, before.length, after.length);
}

/** How far into `before` each diagonal gets with so many differences, for 0, 1, 2 … of them, until the end is reached. */
function furthestReaches(before: readonly string[], after: readonly string[]): Map<number, number>[] | undefined {
  const trace: Map<number, number>[] = [];
  let reach = new Map([[1, 0]]);
  for (let differences = 0; differences <= MAX_DIFFERENCES; differences++) {
    const next = new Map<number, number>();
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = isDown(reach, diagonal, differences)
        ? (reach.get(diagonal + 1) ?? 0)
        : (reach.get(diagonal - 1) ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return [...trace, reach];
    }
    trace.push(reach);
    reach = next;
  }
  return undefined;
}

/** Whether the better way onto a diagonal adds a line, rather than removing one. */
function isDown(reach: ReadonlyMap<number, number>, diagonal: number, differences: number): boolean {
  if (diagonal === -differences) return true;
  return diagonal !== differences && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1);
}

function walkBack(trace: readonly ReadonlyMap<number, number>[], beforeLength: number, afterLength: number): Step[] {
  const steps: Step[] = [];
  let [x, y] = [beforeLength, afterLength];
  for (let differences = trace.length - 1; differences >= 0; differences--) {
    const reach = trace[differences] ?? new Map<number, number>();
    const diagonal = x - y;
    const isAdded = isDown(reach, diagonal, differences);
    const from = reach.get(isAdded ? diagonal + 1 : diagonal - 1) ?? 0;
    const [startX, startY] = isAdded ? [from, from - diagonal] : [from + 1, from + 1 - diagonal];
    while (x > startX && y > startY) steps.push({ kind: "same", before: --x, after: --y });
    if (differences === 0) break;
    if (isAdded) steps.push({ kind: "added", before: x, after: --y });
    else steps.push({ kind: "removed", before: --x, after: y });
  }
  return steps.reverse();
}
