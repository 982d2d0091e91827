import pMap from "p-map";
import type { Table } from "../../aws/table.ts";
import type { Clock } from "../../clock.ts";
import type { Actor } from "../../contract/actor.ts";
import type { ImportAnswer, ImportedRow } from "../../contract/transfer.ts";
import { AppError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { RulesSource } from "../rules-source.ts";
import { importOne, type Outcome } from "./import-one.ts";
import type { RawFile } from "./raw-session.ts";
import { type RowDefaults, readSession } from "./read-session.ts";
import type { SessionDraft } from "./session-draft.ts";

export interface ImportDeps {
  table: Table;
  clock: Clock;
  rules: Pick<RulesSource, "current">;
  log: Pick<Log, "error">;
}

export interface ImportOptions {
  defaults: RowDefaults;
  importedBy: Actor;
}

type Draft = { row: number; draft: SessionDraft };

/** Sessions that are written at the same time. */
const CONCURRENCY = 32;
/** API Gateway waits 30 seconds; what is left is for the writes that are under way, and the answer. */
export const IMPORT_BUDGET_MS = 20_000;
/** Rows, and names of fields, in one answer: with their problems at most half of the 6 MB that Lambda may answer. */
export const MAX_LISTED_ROWS = 2000;
const MAX_IGNORED = 100;

const OUT_OF_TIME: Outcome = {
  status: "skipped",
  reason: "out_of_time",
  detail: "The time of one request was over before this row: send it again",
};

/** Imports what a file holds; every row gets its result, and no row stops another. */
export async function importSessions(deps: ImportDeps, file: RawFile, options: ImportOptions): Promise<ImportAnswer> {
  const deadline = deps.clock.now().getTime() + IMPORT_BUDGET_MS;
  const results: ImportedRow[] = [];
  const drafts: Draft[] = [];
  for (const raw of file.sessions) {
    try {
      drafts.push({ row: raw.row, draft: readSession(raw, options.defaults) });
    } catch (error) {
      results.push(refused(deps, raw.row, raw.fields.session_id, error));
    }
  }
  // Rows of one id one after the other, so that the first of them wins and not the fastest.
  const groups = Map.groupBy(drafts, ({ draft }) => draft.session_id).values();
  const importGroup = async (group: Draft[]) => {
    for (const { row, draft } of group) results.push(await importRow(deps, row, draft, options.importedBy, deadline));
  };
  await pMap(groups, importGroup, { concurrency: CONCURRENCY });
  return toAnswer(results, file.ignored);
}

async function importRow(
  deps: ImportDeps,
  row: number,
  draft: SessionDraft,
  importedBy: Actor,
  deadline: number,
): Promise<ImportedRow> {
  const now = deps.clock.now();
  if (now.getTime() > deadline) return { row, session_id: draft.session_id, ...OUT_OF_TIME };
  try {
    const outcome = await importOne(deps.table, draft, importedBy, { rules: deps.rules.current(), now });
    return { row, session_id: draft.session_id, ...outcome };
  } catch (error) {
    return refused(deps, row, draft.session_id, error);
  }
}

/** A row that cannot be read says why; one that an engine failed on says to come again. */
function refused(deps: ImportDeps, row: number, sessionId: unknown, error: unknown): ImportedRow {
  if (!(error instanceof AppError)) deps.log.error("Session not imported", { row, session_id: sessionId, error });
  const known =
    error instanceof AppError ? error : new AppError("unavailable", "Cannot import this row now: send it again");
  const problem = { code: known.code, detail: known.message, ...known.details };
  const session_id = typeof sessionId === "string" ? sessionId.slice(0, 64) : null;
  return { row, session_id, status: "refused", problem };
}

const ORDER = ["refused", "skipped", "imported", "unchanged"] as const;

function toAnswer(results: ImportedRow[], ignored: string[]): ImportAnswer {
  const counts = { imported: 0, unchanged: 0, skipped: 0, refused: 0 };
  for (const { status } of results) counts[status]++;
  results.sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.row - b.row);
  const rows = results.slice(0, MAX_LISTED_ROWS);
  return { counts, rows, rows_left_out: results.length - rows.length, ignored: ignored.slice(0, MAX_IGNORED) };
}
