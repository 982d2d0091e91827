/**
 * Which rows of a very long list stand in the view. All rows have one height, so this is arithmetic; but browsers
 * end an element at some 17 to 33 million pixels, where a million rows are just too many. Beyond `MAX_HEIGHT` the
 * scroll bar stands for a share of the list, and the rows are drawn where the view is.
 */
export const MAX_HEIGHT = 8_000_000;
const OVERSCAN = 8;

export interface RowWindow {
  /** Height of the whole scrolled element. */
  height: number;
  /** First and one past the last row to draw. */
  from: number;
  to: number;
  /** Where row `from` stands in the scrolled element. */
  top: number;
}

export interface Viewport {
  rowCount: number;
  rowHeight: number;
  scrollTop: number;
  viewHeight: number;
}

export function rowWindow({ rowCount, rowHeight, scrollTop, viewHeight }: Viewport): RowWindow {
  const full = rowCount * rowHeight;
  const height = Math.min(full, MAX_HEIGHT);
  const first = firstRow({ rowCount, rowHeight, scrollTop, viewHeight });
  const from = Math.max(0, Math.floor(first) - OVERSCAN);
  const to = Math.min(rowCount, Math.ceil(first + viewHeight / rowHeight) + OVERSCAN);
  return { height, from, to, top: scrollTop - (first - from) * rowHeight };
}

/** The scroll position that brings a row into view, from where the view is now. */
export function scrollTo(row: number, viewport: Viewport): number {
  const { rowHeight, scrollTop, viewHeight } = viewport;
  const first = firstRow(viewport);
  const last = first + viewHeight / rowHeight - 1;
  if (row >= first && row <= last) return scrollTop;
  const wanted = row < first ? row : row - viewHeight / rowHeight + 1;
  return (wanted * rowHeight * scrollRange(viewport)) / Math.max(1, fullRange(viewport));
}

function firstRow(viewport: Viewport): number {
  const range = scrollRange(viewport);
  const share = range === 0 ? 0 : Math.min(1, Math.max(0, viewport.scrollTop / range));
  return (share * fullRange(viewport)) / viewport.rowHeight;
}

/** How far the element scrolls, and how far all rows would. */
function scrollRange({ rowCount, rowHeight, viewHeight }: Viewport): number {
  return Math.max(0, Math.min(rowCount * rowHeight, MAX_HEIGHT) - viewHeight);
}

function fullRange({ rowCount, rowHeight, viewHeight }: Viewport): number {
  return Math.max(0, rowCount * rowHeight - viewHeight);
}
