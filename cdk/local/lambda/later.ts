/**
 * Lambda's asynchronous invocation: the event is taken at once and its function run; one that fails is run again after
 * a minute and after two more, with the same event. What fails the third time is logged here, where AWS would send it
 * to the function's dead-letter queue. Events wait in memory: what a host had taken when it stopped is not run again.
 */
import type { FunctionName } from "../../topology.ts";
import type { InvocationResult } from "./protocol.ts";

/** The invocations that nobody waits for. */
export interface Later {
  send(name: FunctionName, event: string): void;
  /** Forgets what waits for another try. */
  close(): void;
}

export function createLater(options: {
  invoke(name: FunctionName, event: string): Promise<InvocationResult>;
  retryAfterSeconds: readonly number[];
  log(line: string): void;
}): Later {
  const { invoke, retryAfterSeconds, log } = options;
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  async function run(name: FunctionName, event: string, tries: number): Promise<void> {
    const failed = await invoke(name, event).then(
      (result) => result.functionError !== undefined,
      () => true, // no worker to be had
    );
    if (!failed || closed) return;
    const seconds = retryAfterSeconds[tries];
    if (seconds === undefined) return log(`${name} failed ${tries + 1} times and its event is given up: ${event}`);
    const timer = setTimeout(() => {
      timers.delete(timer);
      void run(name, event, tries + 1);
    }, seconds * 1000);
    timers.add(timer);
  }

  return {
    send: (name, event) => void run(name, event, 0),
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
