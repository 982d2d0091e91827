/**
 * Scripts follow their data: whenever tables come or go, and whenever a script itself is new, it is rewritten from its
 * original for the tables that there are. So the order in which script and data arrive does not matter, and a table
 * that is gone is read from disk again, as its author wrote it.
 */
import { mkdir, readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import type { FileRecord } from "../../../shared/files/file-record.ts";
import { scriptEvent } from "../../../shared/history/events.ts";
import { HELPER_FILE, readHelper } from "../../../shared/python/helper-source.ts";
import type { SessionFile } from "../../../shared/python/reads/session-files.ts";
import { type RewrittenScript, rewriteScript } from "../../../shared/python/rewrite-script.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import { fitReport } from "../../../shared/tables/fit-report.ts";
import type { FileReport } from "../../../shared/tables/report.ts";
import type { ConvertDeps } from "../drain.ts";
import { fetchFiles } from "../fetch-files.ts";
import { noteFailure } from "../note-failure.ts";
import { MAX_NOTED_BYTES, MAX_TOLD_BYTES, toConversion } from "../outcome.ts";
import { tellOnce } from "../tell-once.ts";
import { isImported } from "./is-imported.ts";
import { toScriptFileReport } from "./script-outcome.ts";
import { toSessionFiles } from "./session-tables.ts";
import { createWorkspace, pathOf, type Workspace } from "./workspace.ts";

export interface ScriptWork {
  /** Every script of the session. */
  scripts: readonly FileRecord[];
  /** Those for which something has changed: themselves, or the tables; removed ones included. */
  changed: readonly FileRecord[];
  /** What is known of every file that was ever converted. */
  sources: readonly FileReport[];
  /** An existing folder for their bytes. */
  directory: string;
}

interface Looked {
  record: FileRecord;
  bytes: Buffer;
  result: RewrittenScript;
  seconds: number;
}

/** Brings the session's scripts up to date with its tables. */
export async function followTables(
  deps: ConvertDeps,
  session: SessionRecord,
  { scripts, changed, sources, directory }: ScriptWork,
): Promise<{ converted: number; failed: number }> {
  const counts = { converted: 0, failed: 0 };
  if (changed.length === 0) return counts;
  const workspace = createWorkspace(deps, session);
  for (const record of changed.filter(({ status }) => status === "removed")) {
    await workspace.clear(record.name);
    await deps.files.dropRecord(record);
  }
  // All of them, for what one imports decides whether another has to be beside it.
  const looked = await lookAtAll(deps, session, scripts, toSessionFiles(sources), directory);
  const isHelperFree = await provideHelper(workspace, looked);
  for (const each of looked) {
    const report = await settle(workspace, each, looked, isHelperFree);
    if (report.status === "converted") counts.converted++;
    if (report.status === "failed") {
      counts.failed++;
      noteFailure(deps, report.reason?.code ?? "internal");
    }
    await note(deps, session.session_id, each.record, report);
  }
  return counts;
}

async function lookAtAll(
  deps: ConvertDeps,
  session: SessionRecord,
  scripts: readonly FileRecord[],
  files: readonly SessionFile[],
  directory: string,
): Promise<Looked[]> {
  const folder = join(directory, "scripts");
  await mkdir(folder);
  const looked: Looked[] = [];
  for (const { record, source } of await fetchFiles(deps, session, scripts, folder)) {
    const started = performance.now();
    const bytes = await readFile(source.localPath);
    const result = await rewriteScript(record.path, bytes, files);
    looked.push({ record, bytes, result, seconds: Math.round(performance.now() - started) / 1000 });
  }
  return looked;
}

/** The helper comes with the first script that needs it, and goes with the last; false where its name is taken. */
async function provideHelper(workspace: Workspace, looked: readonly Looked[]): Promise<boolean> {
  const isNeeded = looked.some(({ result, record }) => result.output !== undefined && record.name !== HELPER_FILE);
  if (isNeeded) return (await workspace.place(HELPER_FILE, Buffer.from(await readHelper()))) === "placed";
  await workspace.clear(HELPER_FILE);
  return true;
}

/** Puts into the workspace what belongs there of a script, and says how that ended. */
async function settle(
  workspace: Workspace,
  { record, bytes, result, seconds }: Looked,
  all: readonly Looked[],
  isHelperFree: boolean,
): Promise<FileReport> {
  const report = (why?: Parameters<typeof toScriptFileReport>[2]) =>
    toScriptFileReport(record.path, { ...result, seconds }, why);
  if (record.name === HELPER_FILE) return report({ output: null, code: "name_of_helper" });
  if (result.output !== undefined && !isHelperFree) return report({ output: null, code: "workspace_taken" });
  const others = all.filter((each) => each.record !== record && each.result.output !== undefined);
  const isNeeded = result.output !== undefined || (isRunnable(result) && isImported(record.name, others));
  if (!isNeeded) {
    await workspace.clear(record.name);
    return report({ output: null });
  }
  const placing = await workspace.place(record.name, result.output ?? bytes);
  if (placing === "placed") return report({ output: pathOf(record.name).path });
  return report({ output: null, code: placing === "taken" ? "workspace_taken" : "no_room" });
}

/** A script that reads nothing may still be what another one imports. */
function isRunnable({ report, reason }: RewrittenScript): boolean {
  return report.language === "python" && (reason?.code === "no_reads" || reason?.code === "nothing_to_rewrite");
}

/** Notes what is new; a script for which nothing came of it is not told of again. */
async function note(deps: ConvertDeps, sessionId: string, record: FileRecord, report: FileReport): Promise<void> {
  const noted = fitReport(report, MAX_NOTED_BYTES);
  const isWaiting = record.conversion.state === "pending" || record.conversion.state === "converting";
  const isSame = isDeepStrictEqual({ ...plain(record.report), seconds: 0 }, { ...plain(noted), seconds: 0 });
  if (!isWaiting && isSame) return;
  if (report.status !== "none" || report.script?.sites.length !== 0) {
    if (!(await tellOnce(deps, sessionId, record, scriptEvent(fitReport(report, MAX_TOLD_BYTES))))) return;
  }
  await deps.files.noteConversion(record, { conversion: toConversion(noted), report: noted });
}

/** As it comes back from where it is stored. */
function plain(report: FileReport | undefined): object {
  return JSON.parse(JSON.stringify(report ?? {}));
}
