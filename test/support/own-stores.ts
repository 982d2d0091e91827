import type { Host } from "../../cdk/local/host.ts";
import type { Clock } from "../../shared/clock.ts";
import { createStores, type Stores } from "../../shared/stores.ts";

/** A clock that stands where the test puts it. */
export interface TestClock extends Clock {
  set(time: string | Date): void;
  /** Forward, or back with a negative number. */
  move(milliseconds: number): void;
}

export function createTestClock(start: Date = new Date()): TestClock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    set(to) {
      time = new Date(to).getTime();
    },
    move(milliseconds) {
      time += milliseconds;
    },
  };
}

/**
 * Points the SDK clients that this process makes at the host's engines. A test file works with one host; whoever starts
 * another one takes this back before, since a host works with the engines that stand in its environment.
 */
export function pointSdkAt(host: Pick<Host, "env">): Disposable {
  const before = process.env;
  const reach = Object.entries(host.env).filter(([name]) => name.startsWith("AWS_"));
  process.env = { ...before, ...Object.fromEntries(reach) };
  return {
    [Symbol.dispose]: () => {
      process.env = before;
    },
  };
}

/** The stores of `shared/` in this process, on the host's engines and with a clock of the test's own. */
export function ownStores(host: Host, clock: Clock): Stores {
  pointSdkAt(host);
  return createStores(host.env, clock);
}
