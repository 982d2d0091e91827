import type { FileRecord } from "../../shared/files/file-record.ts";
import type { FileReport } from "../../shared/tables/report.ts";

/** An item may hold 400 KB, and the report's warnings stand in it twice. */
export const MAX_NOTED_BYTES = 150_000;
/** A history is read by the page. */
export const MAX_TOLD_BYTES = 16_000;

/** What a file's record says of its conversion. */
export function toConversion(report: FileReport): FileRecord["conversion"] {
  return {
    state: report.status,
    tables: report.tables,
    rows: report.rows,
    rejected_rows: report.rejected_rows,
    warnings: report.warnings,
    ...(report.reason === undefined ? {} : { reason: { ...report.reason } }),
  };
}
