import { type QueryProcess, startQueryProcess } from "./query-process.ts";

/** Children that have loaded DuckDB and wait for a job. */
export interface Spares {
  /** One for a job: a ready one if there is any, else the one that was started first, else a new one. */
  take(): QueryProcess;
  /** Starts what is missing, side by side; at a cold start one, and the others once it is ready and nobody took it. */
  refill(): void;
  /** The process that the next job would get. */
  nextPid(): number | undefined;
  close(): void;
}

/** Keeps `count` children of the entry `childPath` waiting; starts none by itself. */
export function createSpares(childPath: string, count: number): Spares {
  let waiting: QueryProcess[] = [];
  let isClosed = false;
  /** A child has been ready before, so this is no cold start, at which the first one is waited for. */
  let isProven = false;

  const next = () => {
    waiting = waiting.filter((child) => child.isAlive());
    return waiting.find((child) => child.isReady()) ?? waiting[0];
  };
  const start = () => {
    const child = startQueryProcess(childPath);
    waiting.push(child);
    // One that cannot start is not tried again here: the next job will, and say so.
    void child.ready.then((isReady) => {
      isProven ||= isReady;
      if (isReady && waiting.includes(child)) refill();
    });
  };
  const refill = () => {
    next();
    if (isClosed || (!isProven && waiting.length > 0)) return;
    while (waiting.length < (isProven ? count : 1)) start();
  };
  return {
    take: () => {
      const child = next() ?? startQueryProcess(childPath);
      waiting = waiting.filter((other) => other !== child);
      return child;
    },
    refill,
    nextPid: () => next()?.pid,
    close: () => {
      isClosed = true;
      for (const child of waiting) child.kill();
    },
  };
}
