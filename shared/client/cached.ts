import { CubbyError } from "./cubby-error.ts";
import type { Answer, CallOptions } from "./routes.ts";

/** An answer by (query, mode), found or just computed. */
export interface Cached<Value> {
  /** As it was computed, now or by whoever asked first. */
  result: Value;
  /** Whether it came from the cache. */
  hit: boolean;
  /** 0 for what was just computed. */
  age_seconds: number;
  /**
   * What could not be looked up, saved or stored, in that order. Empty when all went well; the result is there all
   * the same.
   */
  problems: Error[];
}

/** The three calls of the client that this needs. */
export interface CacheCalls {
  lookup(sessionId: string, body: CallOptions<"lookupCache">["body"]): Promise<Answer<"lookupCache">>;
  save(sessionId: string, body: CallOptions<"addResearchData">["body"]): Promise<unknown>;
  store(sessionId: string, body: CallOptions<"putCache">["body"]): Promise<unknown>;
}

/**
 * Answers from the session's cache, or computes once, saves the research document, stores and answers. Callers of one
 * key at one time share one flight, and the value. An error of `compute` goes to all of them and is not kept.
 */
export function createCached(calls: CacheCalls) {
  const flights = new Map<string, Promise<Cached<unknown>>>();

  return function cached<Value>(
    sessionId: string,
    query: string,
    mode: string,
    compute: () => Value | Promise<Value>,
  ): Promise<Cached<Value>> {
    const key = JSON.stringify([sessionId, query, mode]);
    const known = flights.get(key) as Promise<Cached<Value>> | undefined;
    if (known !== undefined) return known;
    const flight = fly(calls, { sessionId, query, mode }, compute).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}

interface Question {
  sessionId: string;
  query: string;
  mode: string;
}

async function fly<Value>(
  calls: CacheCalls,
  { sessionId, query, mode }: Question,
  compute: () => Value | Promise<Value>,
): Promise<Cached<Value>> {
  const problems: Error[] = [];
  const found = await calls.lookup(sessionId, { query, mode }).catch((error: unknown) => {
    // A cache that does not answer just now is no reason not to work; a session that is over or not ours is one.
    if (error instanceof CubbyError && error.status >= 400 && error.status < 500) throw error;
    problems.push(toError(error));
    return undefined;
  });
  if (found?.hit === true) {
    return { result: found.result as Value, hit: true, age_seconds: found.age_seconds ?? 0, problems };
  }
  const result = await compute();
  problems.push(...(await keep(calls, { sessionId, query, mode }, result)));
  return { result, hit: false, age_seconds: 0, problems };
}

/** Both writes are tried, whatever becomes of the other; answers what went wrong. */
async function keep(calls: CacheCalls, { sessionId, query, mode }: Question, result: unknown): Promise<Error[]> {
  if (JSON.stringify(result) === undefined) return [new TypeError("Cannot keep the result: it is no JSON value")];
  const writes = [
    calls.save(sessionId, { query, mode, response: result }),
    calls.store(sessionId, { query, mode, result }),
  ];
  const settled = await Promise.allSettled(writes);
  return settled.flatMap((write) => (write.status === "rejected" ? [toError(write.reason)] : []));
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
