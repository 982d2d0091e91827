import type { ScriptCode } from "../../../shared/contract/script.ts";
import type { RewrittenScript } from "../../../shared/python/rewrite-script.ts";
import type { FileReport } from "../../../shared/tables/report.ts";

/** What kept a rewritten script out of the workspace. */
const PLACING_SENTENCES: Partial<Record<ScriptCode, string>> = {
  name_of_helper: "Its name is that of the helper which rewritten scripts import: it stays as it is, where it came in",
  workspace_taken:
    "A file of this name in the workspace, or the helper's name there, is somebody's own: it is not replaced",
  no_room: "The session has no room left for it",
};

/** Reasons that make a script a failed one: it was meant to be read, and could not be. The others are no fault. */
const FAILURES: ReadonlySet<ScriptCode> = new Set([
  "invalid_python",
  "invalid_notebook",
  "unknown_encoding",
  "too_large",
  "too_deep",
  "no_place_for_import",
  "workspace_taken",
  "no_room",
  "not_certain",
]);

/** The report of a script, as of any other file. */
export function toScriptFileReport(
  path: string,
  { report, reason, seconds }: RewrittenScript & { seconds: number },
  placing: { output: string | null; code?: ScriptCode } = { output: null },
): FileReport {
  const { code } = placing;
  const why = code === undefined ? reason : { code, detail: PLACING_SENTENCES[code] ?? "" };
  const isPlaced = placing.output !== null && report.rewritten;
  const state = why !== undefined && FAILURES.has(why.code) ? "failed" : isPlaced ? "converted" : "none";
  return {
    path,
    status: state,
    kind: "script",
    tables: [],
    rejected_rows: 0,
    warnings: [],
    ...(why === undefined ? {} : { reason: why }),
    rows: 0,
    seconds,
    script: { ...report, output: placing.output },
  };
}
