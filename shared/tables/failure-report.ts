import { ConversionError } from "./conversion-error.ts";
import type { FileKind, FileReport } from "./report.ts";
import { SettingError } from "./settings.ts";

/** What is said of a file that makes no table: nothing is wrong with it, or why it could not be read. */
export function toFailure(path: string, kind: FileKind, error: unknown): FileReport {
  const known = error instanceof ConversionError ? error : undefined;
  // Anything else is our bug. Its words may hold paths of this machine, so the report has none of them.
  const reason = {
    code: known?.code ?? ("internal" as const),
    detail: known?.message ?? "Something unexpected happened while reading it",
    ...(error instanceof SettingError && { setting: error.setting }),
  };
  const status = reason.code === "not_tabular" ? "none" : "failed";
  return { path, status, kind, tables: [], rejected_rows: 0, warnings: [], reason, rows: 0, seconds: 0 };
}
