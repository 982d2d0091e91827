/** The columns that stand in the view: from the first to one past the last. */
export interface ColumnRange {
  from: number;
  to: number;
}

/** `lefts` are where columns begin, and where the last one ends; at least one of them is always in view. */
export function columnsInView(lefts: readonly number[], scrollLeft: number, width: number): ColumnRange {
  const last = lefts.length - 1;
  let from = 0;
  while (from < last - 1 && (lefts[from + 1] ?? 0) < scrollLeft) from++;
  let to = from;
  while (to < last && (lefts[to] ?? 0) < scrollLeft + Math.max(width, 320)) to++;
  return { from, to: Math.max(to, Math.min(last, from + 1)) };
}
