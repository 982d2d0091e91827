import { CubbyError } from "./cubby-error.ts";
import type { Answer } from "./routes.ts";

type HistoryPage = Answer<"listHistory">;

/** How to follow a history. */
export interface FollowOptions {
  /** Where to begin: `next_since` of an earlier answer, an entry_id or a time. Without it, at the first entry. */
  since?: string;
  /** Ends the following, without an error. */
  signal?: AbortSignal;
  /** Between two polls, while nothing new is there. */
  intervalMs?: number;
}

/** Asks for what came since; the client binds it to a session. */
export type Poll = (
  query: { since?: string; limit: number },
  options: { ifNoneMatch?: string; signal?: AbortSignal },
) => Promise<Response>;

const INTERVAL_MS = 2_000;
const MAX_FAILURES = 8;
/** What an outage answers, and what is over when one comes again later. */
const PASSING = new Set([429, 502, 503, 504]);

/**
 * Every entry of a history, each once, for as long as the session lives: polls with the ETag it knows, goes on over
 * short outages, ends with the signal, and throws when the session is over (410).
 */
export async function* followHistory(
  poll: Poll,
  options: FollowOptions = {},
): AsyncGenerator<HistoryPage["data"][number]> {
  const { signal, intervalMs = INTERVAL_MS } = options;
  let { since } = options;
  let ifNoneMatch: string | undefined;
  let failures = 0;
  while (!isAborted(signal)) {
    try {
      const response = await poll({ limit: 100, ...optional({ since }) }, optional({ ifNoneMatch, signal }));
      const page = (await response.json()) as HistoryPage;
      failures = 0;
      yield* page.data;
      since = page.next_since ?? since;
      ifNoneMatch = response.headers.get("etag") ?? undefined;
      if (page.next_cursor !== null) continue;
    } catch (error) {
      if (isAborted(signal)) return;
      failures = isUnchanged(error) ? 0 : failures + 1;
      if (failures > 0 && (!isPassing(error) || failures > MAX_FAILURES)) throw error;
    }
    await pause(intervalMs * 2 ** failures, signal);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** The client throws whatever is not a success, and 304 has no body to answer. */
function isUnchanged(error: unknown): boolean {
  return error instanceof CubbyError && error.status === 304;
}

/** Without a connection there is no status. */
function isPassing(error: unknown): boolean {
  return error instanceof CubbyError && (error.status === 0 || PASSING.has(error.status));
}

/** Without the names that have no value. */
function optional<Values extends object>(values: Values): { [Name in keyof Values]: NonNullable<Values[Name]> } {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Name in keyof Values]: NonNullable<Values[Name]> };
}

/** Waits, or returns at once when the signal comes. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (isAborted(signal)) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done);
  });
}
