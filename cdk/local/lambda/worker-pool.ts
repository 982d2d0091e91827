import { randomUUID } from "node:crypto";
import type { Invocation, InvocationResult, LambdaError } from "./protocol.ts";
import { type WorkerOptions, WorkerProcess } from "./worker-process.ts";

/** More at once than this and a desk machine only gets slower. */
const MAX_ISOLATED_WORKERS = 4;

/** Invocations that may wait for a worker before the next one is told to come back later. */
const MAX_WAITING = 100;

/** Lambda's answer when no environment is to be had: HTTP 429. */
export class TooManyRequests extends Error {
  override readonly name = "TooManyRequestsException";
}

/**
 * The warm workers of one function. An isolated function has a worker to itself for each invocation, up to four,
 * and further ones wait in line; the others share one worker, as light handlers that spend their time waiting.
 */
export class WorkerPool {
  readonly #options: WorkerOptions;
  readonly #workers = new Set<WorkerProcess>();
  readonly #busy = new Set<WorkerProcess>();
  readonly #waiting: ((worker: WorkerProcess | undefined) => void)[] = [];
  #closed = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Process ids of the workers that are up. */
  get pids(): number[] {
    return [...this.#workers].flatMap((worker) => worker.pid ?? []);
  }

  /** Starts a worker ahead of its first use and waits until it has loaded its code; answers why it could not. */
  async warm(): Promise<LambdaError | undefined> {
    return this.#closed || this.#workers.size > 0 ? undefined : this.#start().ready;
  }

  /** Runs the function once. Rejects with `TooManyRequests` when too many wait already. */
  async invoke(event: string, { requestId = randomUUID(), signal }: Invocation = {}): Promise<InvocationResult> {
    if (!this.#options.topology.isolated) return (this.#findUsable() ?? this.#start()).invoke(requestId, event, signal);
    const worker = await this.#take();
    try {
      return await worker.invoke(requestId, event, signal);
    } finally {
      this.#giveBack(worker);
    }
  }

  /** Ends all workers and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const settle of this.#waiting.splice(0)) settle(undefined);
    for (const worker of this.#workers) worker.kill();
    await Promise.all([...this.#workers].map((worker) => worker.exited));
  }

  async #take(): Promise<WorkerProcess> {
    const idle = this.#findUsable() ?? (this.#count() < MAX_ISOLATED_WORKERS ? this.#start() : undefined);
    if (idle !== undefined) {
      this.#busy.add(idle);
      return idle;
    }
    if (this.#waiting.length >= MAX_WAITING) throw new TooManyRequests("Rate Exceeded.");
    const worker = await new Promise<WorkerProcess | undefined>((resolve) => this.#waiting.push(resolve));
    if (worker === undefined) throw new TooManyRequests("The host is shutting down.");
    return worker;
  }

  #giveBack(worker: WorkerProcess): void {
    this.#busy.delete(worker);
    const next = this.#waiting.shift();
    if (next === undefined) return;
    // A worker that was killed at its timeout is replaced for whoever comes next.
    const successor = worker.isUsable ? worker : this.#start();
    this.#busy.add(successor);
    next(successor);
  }

  #count(): number {
    return [...this.#workers].filter((worker) => worker.isUsable).length;
  }

  #findUsable(): WorkerProcess | undefined {
    return [...this.#workers].find((worker) => worker.isUsable && !this.#busy.has(worker));
  }

  #start(): WorkerProcess {
    if (this.#closed) throw new TooManyRequests("The host is shutting down.");
    const worker = new WorkerProcess(this.#options);
    this.#workers.add(worker);
    void worker.exited.then(() => this.#workers.delete(worker));
    return worker;
  }
}
