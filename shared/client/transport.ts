import { CubbyError, toCubbyError } from "./cubby-error.ts";
import { isWorthRepeating, pauseBefore, type Safety } from "./retry-rules.ts";
import { sleep, throwIfAborted, within } from "./waiting.ts";

/** As much of fetch as the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One request, ready to be sent, as often as it needs. */
export interface Outgoing {
  url: string;
  init: RequestInit;
  safety: Safety;
  signal?: AbortSignal | undefined;
  /** For each try, until the answer begins; 0 for no limit. */
  timeoutMs: number;
  maxRetries: number;
}

/** Sends until there is an answer that is a success, or a failure that stays. Every failure is a `CubbyError`. */
export async function send(fetch: Fetch, outgoing: Outgoing): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await sendOnce(fetch, outgoing);
    } catch (error) {
      const { signal, safety, maxRetries } = outgoing;
      throwIfAborted(signal);
      if (!(error instanceof CubbyError) || attempt >= maxRetries) throw error;
      const pause = pauseBefore(attempt, error.retryAfterMs);
      if (pause === undefined || !isWorthRepeating(error, safety, attempt > 0)) throw error;
      await sleep(pause, signal);
    }
  }
}

async function sendOnce(fetch: Fetch, { url, init, signal, timeoutMs }: Outgoing): Promise<Response> {
  const response = await within(timeoutMs, signal, {
    act: (combined) => fetch(url, { ...init, signal: combined }).catch((cause) => rethrow(cause, combined)),
    late: () => new CubbyError("timeout", `Nothing was answered within ${timeoutMs} ms`, { status: 0 }),
  });
  if (!response.ok) throw await toCubbyError(response);
  return response;
}

/** fetch throws a TypeError when there is no connection; what a signal ended stays as it is. */
function rethrow(cause: unknown, signal: AbortSignal): never {
  if (signal.aborted || !(cause instanceof TypeError)) throw cause;
  throw new CubbyError("connection_failed", `The server cannot be reached: ${cause.message}`, { status: 0, cause });
}
