/**
 * Forces interleavings: every request of every actor to an engine waits at the turnstile, which lets one through at a
 * time, in the order of a plan. So two writers meet between any two of their requests, and not by luck.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Chooser } from "./plans.ts";

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
  readonly #choose: Chooser;
  readonly #waiting: Waiting[] = [];
  readonly #playing = new Set<string>();
  #busy: Promise<void> = Promise.resolve();
  #last: string | undefined;
  #isNews = () => {};

  constructor(choose: Chooser) {
    this.#choose = choose;
  }

  /** Waits for its turn, and holds all others until `act` is done. */
  async enter<Result>(actor: string, request: string, act: () => Promise<Result>): Promise<Result> {
    if (!this.#playing.has(actor)) return act(); // before the race, or behind it
    await new Promise<void>((pass) => {
      this.#waiting.push({ actor, request, pass });
      this.#isNews();
    });
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
    for (const name of Object.keys(actors)) this.#playing.add(name);
    for (const [name, act] of Object.entries(actors)) {
      void act()
        .then(
          (value) => ({ status: "fulfilled" as const, value }),
          (reason: unknown) => ({ status: "rejected" as const, reason }),
        )
        .then((outcome) => {
          outcomes[name] = outcome;
          this.#playing.delete(name);
          this.#isNews();
        });
    }
    while (this.#playing.size > 0) await this.#letOneThrough();
    return outcomes;
  }

  async #letOneThrough(): Promise<void> {
    await this.#untilEverybodyIsHere();
    if (this.#waiting.length === 0) return;
    const names = this.#waiting.map(({ actor }) => actor);
    const [next] = this.#waiting.splice(this.#choose(names, this.order.length, this.#last), 1);
    if (next === undefined) return;
    this.#last = next.actor;
    next.pass();
    await pause(0); // it takes its turn in a moment of its own
    await this.#busy;
    await pause(0); // and says what it does next
  }

  async #untilEverybodyIsHere(): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (let left = PATIENCE_MS; !this.#isEverybodyHere() && left > 0; left = end - performance.now()) {
      const news = new Promise<void>((resolve) => {
        this.#isNews = resolve;
      });
      const patience = new AbortController();
      await Promise.race([news, pause(left, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
    }
  }

  #isEverybodyHere(): boolean {
    const here = new Set(this.#waiting.map(({ actor }) => actor));
    return [...this.#playing].every((actor) => here.has(actor));
  }
}
