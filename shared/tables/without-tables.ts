import { basename } from "node:path";
import { detectKind } from "./detect-kind.ts";
import { toFailure } from "./failure-report.ts";
import { describeOther } from "./kinds/describe-other.ts";
import { packingOfFile } from "./kinds/unpack-file.ts";
import type { SourceFile } from "./convert-file.ts";
import { isTabular } from "./read-tables.ts";
import type { FileReport } from "./report.ts";
import { kindAsSaid } from "./settings.ts";

/**
 * The reports of files of which none can make a table, by their bytes and names alone, so that a picture costs no copy
 * of the session's database. Undefined as soon as it takes more to say that of one of them.
 */
export async function reportWithoutTables(files: readonly SourceFile[]): Promise<FileReport[] | undefined> {
  const reports: FileReport[] = [];
  for (const file of files) {
    const report = await reportOne(file);
    if (report === undefined) return undefined;
    reports.push(report);
  }
  return reports;
}

async function reportOne({ path, localPath, settings = [] }: SourceFile): Promise<FileReport | undefined> {
  if ((await packingOfFile(localPath)) !== undefined) return undefined;
  const fileName = basename(path);
  const kind = kindAsSaid(await detectKind(localPath, fileName), settings);
  if (isTabular(kind)) return undefined;
  const report = toFailure(path, kind, await describeOther(kind, { localPath, fileName }));
  return settings.length > 0 ? { ...report, settings } : report;
}
