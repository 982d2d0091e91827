import { type QueryProcess, startQueryProcess } from "./query-process.ts";

/** Children that have loaded DuckDB and wait for a job. */
export interface Spares {
  /** One for a job: a ready one if there is any, else the one that was started first, else a new one. */
  take(): QueryProcess;
  /** True when the next job need not wait for a child to start. */
  hasReady(): boolean;
  /** Starts what is missing, one after the other: at a cold start the first one is waited for. */
  refill(): void;
  /** The process that the next job would get. */
  nextPid(): number | undefined;
  close(): void;
}

/** Keeps `count` children of the entry `childPath` waiting; starts none by itself. */
export function createSpares(childPath: string, count: number): Spares {
  let waiting: QueryProcess[] = [];
  let isClosed = false;

  const next = () => {
    waiting = waiting.filter((child) => child.isAlive());
    return waiting.find((child) => child.isReady()) ?? waiting[0];
  };
  const refill = () => {
    next();
    if (isClosed || waiting.length >= count || waiting.some((child) => !child.isReady())) return;
    const child = startQueryProcess(childPath);
    waiting.push(child);
    // One that cannot start is not tried again here: the next job will, and say so.
    void child.ready.then((isReady) => isReady && refill());
  };
  return {
    take: () => {
      const child = next() ?? startQueryProcess(childPath);
      waiting = waiting.filter((other) => other !== child);
      return child;
    },
    hasReady: () => next()?.isReady() ?? false,
    refill,
    nextPid: () => next()?.pid,
    close: () => {
      isClosed = true;
      for (const child of waiting) child.kill();
    },
  };
}
