import type { ConvertDeps } from "./drain.ts";

/** Of a file or a script that could not be read: the code alone, as a report's sentences hold names and contents. */
export function noteFailure({ log, metrics }: Pick<ConvertDeps, "log" | "metrics">, code: string): void {
  log.warn("File not converted", { code });
  metrics.addBy("FilesFailedByReason", { reason: code }, 1);
}
