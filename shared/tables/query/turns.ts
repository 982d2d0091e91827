/** Lets a fixed number in; the others wait in the order in which they came. */
export interface Turns {
  /** Resolves when it is this one's turn; rejects with the signal's reason, and then it is not in. */
  enter(signal: AbortSignal): Promise<void>;
  leave(): void;
}

/** Turns with this many places. */
export function createTurns(places: number): Turns {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    enter: (signal) => {
      if (inside < places) {
        inside++;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const leaveQueue = () => {
          waiting.splice(waiting.indexOf(admit), 1);
          reject(signal.reason);
        };
        const admit = () => {
          signal.removeEventListener("abort", leaveQueue);
          resolve(); // takes over the place of the one that left
        };
        waiting.push(admit);
        signal.addEventListener("abort", leaveQueue, { once: true });
      });
    },
    leave: () => {
      const next = waiting.shift();
      if (next === undefined) inside--;
      else next();
    },
  };
}
