import type { SessionFile } from "../../../shared/python/reads/session-files.ts";
import type { FileReport } from "../../../shared/tables/report.ts";

/** The files of a session that have become tables, as the rewriting of scripts wants them. */
export function toSessionFiles(sources: readonly FileReport[]): SessionFile[] {
  return sources.flatMap(({ path, kind, tables, sheets }) => {
    const isTabular = kind === "delimited" || kind === "workbook" || kind === "json" || kind === "parquet";
    if (!isTabular || tables.length === 0) return [];
    return [{ path, kind, tables, sheets: sheets?.length ?? 1 }];
  });
}
