import { HEARTBEAT_MS } from "../../shared/files/archive/archive-store.ts";
import type { Log } from "../../shared/log.ts";

/** The attempt belongs to somebody else, or to nobody: its session ended, or it was given up for dead. */
export class LostAttempt extends Error {
  override readonly name = "LostAttempt";
}

/**
 * Renews the lease every few seconds while the work goes on. The signal stops the work when the lease is lost or the
 * time is up; `signal.reason` says which.
 */
export function keepAlive(options: {
  renew(): Promise<object | undefined>;
  timeMs: number;
  onTimeout(): Error;
  log: Log;
}): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const beat = async () => {
    try {
      if ((await options.renew()) === undefined) controller.abort(new LostAttempt("Another attempt took over"));
    } catch (error) {
      // The table will answer again before the lease runs out, or somebody else takes over and writes the same bytes.
      options.log.warn("Heartbeat failed", { error });
    }
  };
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
  const timer = setTimeout(() => controller.abort(options.onTimeout()), Math.max(0, options.timeMs));
  return {
    signal: controller.signal,
    end() {
      clearInterval(heartbeat);
      clearTimeout(timer);
    },
  };
}
