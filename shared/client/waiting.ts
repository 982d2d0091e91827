/** `signal.throwIfAborted()`, which React Native's signals do not have. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw reasonOf(signal);
}

/** Why it was aborted; React Native's signals do not say. */
function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? Object.assign(new Error("The call was aborted"), { name: "AbortError" });
}

/** Waits; throws the signal's reason as soon as it is aborted. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    throwIfAborted(signal);
    const onAbort = () => {
      clearTimeout(timer);
      if (signal !== undefined) reject(reasonOf(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Runs `act` with a signal that also comes when the time is over; then it throws what `late` makes. By hand, because
 * React Native has neither `AbortSignal.any` nor `AbortSignal.timeout`.
 */
export async function within<Value>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  { act, late }: { act: (signal: AbortSignal) => Promise<Value>; late: () => Error },
): Promise<Value> {
  throwIfAborted(signal);
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  let isLate = false;
  const expire = () => {
    isLate = true;
    controller.abort();
  };
  const timer = milliseconds > 0 ? setTimeout(expire, milliseconds) : undefined;
  try {
    return await act(controller.signal);
  } catch (error) {
    throw isLate ? late() : error;
  } finally {
    // The signal stays bound to the caller's: the body of the answer is still to be read.
    clearTimeout(timer);
  }
}
