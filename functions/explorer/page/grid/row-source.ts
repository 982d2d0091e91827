import { signal } from "@preact/signals";

type Row = readonly unknown[];

/** Rows by their place; those that are not here yet are fetched when they come into view. */
export interface RowSource {
  rowCount: number;
  /** Counts up when rows have come. */
  version: { readonly value: number };
  row(index: number): Row | undefined;
  /** Says what is in view. */
  show(from: number, to: number): void;
  problem: { readonly value: unknown };
  close(): void;
}

/** Rows that are all here. */
export function heldRows(rows: readonly Row[]): RowSource {
  const nothing = signal(0);
  return {
    rowCount: rows.length,
    version: nothing,
    row: (index) => rows[index],
    show() {},
    problem: signal(undefined),
    close() {},
  };
}

const PAGE = 200;
const KEPT_PAGES = 80;
/** Who drags the scroll bar passes thousands of pages; only where he rests is read. */
const REST_MS = 90;

/** Rows that are read a page at a time, and forgotten when they are far away. */
export function remoteRows(
  rowCount: number,
  read: (range: { offset: number; limit: number }, signal: AbortSignal) => Promise<readonly Row[]>,
): RowSource {
  const pages = new Map<number, readonly Row[]>();
  const reading = new Map<number, AbortController>();
  const version = signal(0);
  const problem = signal<unknown>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function fetchPage(page: number): Promise<void> {
    const controller = new AbortController();
    reading.set(page, controller);
    try {
      const rows = await read({ offset: page * PAGE, limit: PAGE }, controller.signal);
      pages.set(page, rows);
      for (const [oldest] of pages) if (pages.size > KEPT_PAGES) pages.delete(oldest);
      problem.value = undefined;
      version.value++;
    } catch (error) {
      if (!controller.signal.aborted) problem.value = error;
    } finally {
      reading.delete(page);
    }
  }

  function fetchMissing(first: number, last: number): void {
    for (const [page, controller] of reading) if (page < first || page > last) controller.abort();
    for (let page = first; page <= last; page++) {
      if (!pages.has(page) && !reading.has(page)) void fetchPage(page);
    }
  }

  return {
    rowCount,
    version,
    problem,
    row: (index) => pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    show(from, to) {
      const [first, last] = [Math.floor(from / PAGE), Math.floor(Math.max(from, to - 1) / PAGE)];
      clearTimeout(timer);
      timer = setTimeout(() => fetchMissing(first, last), pages.size === 0 ? 0 : REST_MS);
    },
    close() {
      clearTimeout(timer);
      for (const controller of reading.values()) controller.abort();
    },
  };
}
