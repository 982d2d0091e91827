/**
 * Forces interleavings: every request of every actor to an engine waits at the turnstile, which lets one through at a
 * time, in an order that a seed draws. So two writers meet between any two of their requests, and not by luck.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { StorageClients } from "../../../shared/aws/clients.ts";

/** How long an actor that has no request waiting may compute, or wait for another, before the rest goes on. */
const PATIENCE_MS = 250;

interface Waiting {
  actor: string;
  request: string;
  pass(): void;
}

export class Turnstile {
  /** What was let through, in its order: `actor request`. */
  readonly order: string[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #playing = new Set<string>();
  #busy: Promise<void> = Promise.resolve();
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e37_79b9) >>> 0;
  }

  /** From now on whatever these clients send is the actor's and waits. */
  hold(actor: string, { s3, dynamo }: StorageClients): void {
    for (const client of [s3, dynamo as unknown as typeof s3]) {
      client.middlewareStack.add(
        (next, context) => (args) => this.enter(actor, context.commandName ?? "", () => next(args)),
        { step: "initialize", name: "turnstile", priority: "high" },
      );
    }
  }

  /** Waits for its turn, and holds all others until `act` is done. */
  async enter<Result>(actor: string, request: string, act: () => Promise<Result>): Promise<Result> {
    if (!this.#playing.has(actor)) return act(); // before the race, or behind it
    await new Promise<void>((pass) => this.#waiting.push({ actor, request, pass }));
    this.order.push(`${actor} ${request}`);
    const done = act();
    this.#busy = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** Plays all actors to their ends; answers what became of each, by their names. */
  async play(actors: Record<string, () => Promise<unknown>>): Promise<Record<string, PromiseSettledResult<unknown>>> {
    const outcomes: Record<string, PromiseSettledResult<unknown>> = {};
    for (const [name, act] of Object.entries(actors)) {
      this.#playing.add(name);
      void act()
        .then(
          (value) => ({ status: "fulfilled" as const, value }),
          (reason: unknown) => ({ status: "rejected" as const, reason }),
        )
        .then((outcome) => {
          outcomes[name] = outcome;
          this.#playing.delete(name);
        });
    }
    while (this.#playing.size > 0) await this.#letOneThrough();
    return outcomes;
  }

  async #letOneThrough(): Promise<void> {
    const started = performance.now();
    while (!this.#isEverybodyHere() && performance.now() - started < PATIENCE_MS) await pause(1);
    const [next] = this.#waiting.splice(this.#draw(this.#waiting.length), 1);
    if (next === undefined) return;
    next.pass();
    await pause(0); // it takes its turn in a moment of its own
    await this.#busy;
    await pause(0); // and says what it does next
  }

  #isEverybodyHere(): boolean {
    return [...this.#playing].every((actor) => this.#waiting.some((one) => one.actor === actor));
  }

  /** A number below `limit`; mulberry32. */
  #draw(limit: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, limit);
  }
}
