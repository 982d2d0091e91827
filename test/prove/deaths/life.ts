/**
 * Lives that end at a request. What is done in a life belongs to it, timers and what they begin included: behind its
 * last request nothing of it reaches an engine any more, and nobody in it hears an answer. To bucket and table that is
 * what kill -9 of its process is, at a place that can be named and had again.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { StorageClients } from "../../../shared/aws/clients.ts";

const current = new AsyncLocalStorage<Life>();

export class Life {
  /** What it asked of the engines, in its order. */
  readonly requests: string[] = [];
  readonly #last: number;
  #isOver = false;
  #end = () => {};
  readonly #ended: Promise<void>;

  /** Ends when as many requests took effect; at once where that is 0. */
  constructor(last: number) {
    this.#last = last;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    if (last === 0) this.#die();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Does it as far as the life lasts; undefined when it did not last. */
  async lead<Result>(act: () => Promise<Result>): Promise<{ value: Result } | undefined> {
    const whole = current.run(this, act).then((value) => ({ value }));
    whole.catch(() => {}); // also what fails behind the end
    return Promise.race([whole, this.#ended.then(() => undefined)]);
  }

  async ask<Answer>(request: string, send: () => Promise<Answer>): Promise<Answer> {
    if (this.#isOver) return never();
    this.requests.push(request);
    const isLast = this.requests.length === this.#last;
    const sent = send();
    sent.catch(() => {});
    if (isLast) {
      await sent.catch(() => {});
      this.#die();
    }
    const answer = await sent;
    return this.#isOver ? never() : answer;
  }

  #die(): void {
    this.#isOver = true;
    this.#end();
  }
}

/** Whether what runs here belongs to a life that has ended: its timers still fire, and nobody hears what they say. */
export function isAfterDeath(): boolean {
  return current.getStore()?.isOver === true;
}

function never<Value>(): Promise<Value> {
  return new Promise(() => {});
}

/** From now on whatever these clients send in a life ends with it. */
export function makeMortal({ s3, dynamo }: StorageClients): void {
  for (const client of [s3, dynamo as unknown as typeof s3]) {
    client.middlewareStack.add(
      (next, context) => (args) => {
        const life = current.getStore();
        return life === undefined ? next(args) : life.ask(context.commandName ?? "", () => next(args));
      },
      { step: "initialize", name: "mortal", priority: "high" },
    );
  }
}
