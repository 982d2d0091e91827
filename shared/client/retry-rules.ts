/** When a call is made again, and after how long: decisions only, so that they can be told by tables. */
import type { CubbyError } from "./cubby-error.ts";
import type { RouteName } from "./routes.ts";

/**
 * What a repetition would do. `repeatable`: the same again. `keyed`: nothing more, because the server knows the first
 * by its Idempotency-Key. `once`: maybe a second thing.
 */
export type Safety = "repeatable" | "keyed" | "once";

/** POSTs that change nothing, or come to the same when they are made twice: a key would only cost two writes. */
const READING_POSTS: ReadonlySet<string> = new Set<RouteName>(["lookupCache", "query", "signParts", "completeUpload"]);

interface Asked {
  name: RouteName;
  method: string;
  /** Whether If-Match or If-None-Match go along. */
  isConditional: boolean;
  /** Whether a POST has a key that the server will know again. */
  isKeyed: boolean;
}

/** How safe it is to make this call again when nobody knows what became of it. */
export function safetyOf({ name, method, isConditional, isKeyed }: Asked): Safety {
  if (method === "GET" || READING_POSTS.has(name)) return "repeatable";
  // The server keeps answers by caller, and who has no token is nobody.
  if (method === "POST") return isKeyed ? "keyed" : "once";
  // A write whose answer was lost has changed the version: the repetition would be told 412.
  return method === "PATCH" || isConditional ? "once" : "repeatable";
}

/** Answers of gateways and of what stands behind them when it is overloaded or away. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Whether this failure may be gone when the same call is made again, and making it again does no harm. */
export function isWorthRepeating(error: CubbyError, safety: Safety, isRepetition: boolean): boolean {
  if (error.status === 429) return true; // nothing was done
  if (safety === "once") return false;
  // The first try was not lost: it is still running.
  if (safety === "keyed" && isRepetition && error.code === "conflict") return true;
  if (error.code === "connection_failed" || error.code === "timeout") return true;
  // A bug of the server's own, or a query that takes too long (504 by older ones), comes again every time.
  return PASSING.has(error.status) && !["internal", "query_timeout", "preview_timeout"].includes(error.code);
}

const FIRST_PAUSE_MS = 300;
const MAX_PAUSE_MS = 10_000;
/** Whoever asks for a longer pause is told to the caller. */
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * Milliseconds before the next try: what `Retry-After` says, or twice as long each time, and of that a random part, so
 * that callers who failed together do not come again together. Undefined when it is not worth waiting for.
 */
export function pauseBefore(
  attempt: number,
  retryAfterMs: number | undefined,
  random = Math.random,
): number | undefined {
  const jitter = random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  if (retryAfterMs === undefined) return jitter;
  return retryAfterMs > MAX_RETRY_AFTER_MS ? undefined : retryAfterMs + jitter / 4;
}

/** `Retry-After` in milliseconds, from seconds or a date; undefined where it is neither. */
export function parseRetryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null || value.trim() === "") return undefined;
  const seconds = Number(value);
  if (!Number.isNaN(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
