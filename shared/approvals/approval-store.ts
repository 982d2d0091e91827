/**
 * Approvals of sessions: each step is one conditional update of the session's own item, judged by `approval-rules.ts`.
 *
 * A step and its history entry are two writes. The update puts the entry, with its id, into the item's outbox; then the
 * entry is written and the outbox emptied. Whoever meets an outbox that a process left behind, because it died in
 * between, does the same: a repetition of the call, any later step, a reader, or the sweep. So there is one entry per step, however many
 * try to write it and however often.
 */
import type { Table } from "../aws/table.ts";
import type { Clock } from "../clock.ts";
import type { EndedApproval, PendingApproval, SetApprovalRequest } from "../contract/approval.ts";
import type { Actor } from "../contract/session.ts";
import { AppError } from "../errors.ts";
import type { HistoryStore } from "../history/history-store.ts";
import type { RulesSource } from "../sessions/rules-source.ts";
import type { SessionRecord } from "../sessions/session-record.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import { toHistoryEntry, toStep } from "./approval-entries.ts";
import { toPendingApproval } from "./approval-record.ts";
import { toNewApproval } from "./approval-request.ts";
import { type Ending, judgeEnding, judgeReading, judgeSetting, type Verdict } from "./approval-rules.ts";
import { changeUpdate, emptyOutboxUpdate } from "./approval-updates.ts";

export interface ApprovalStoreDeps {
  table: Table;
  sessions: Pick<SessionStore, "current">;
  history: Pick<HistoryStore, "store">;
  rules: RulesSource;
  clock: Clock;
}

/** Each attempt loses to somebody else's step only, and a person's approvals are few. */
const MAX_ATTEMPTS = 10;

/** Whoever took a step needs less than this to write it down; those who come too late leave it to him meanwhile. */
const WRITING_MS = 1000;

type Settled = Exclude<Verdict, { kind: "change" }>;

export function createApprovalStore({ table, sessions, history, rules, clock }: ApprovalStoreDeps) {
  /** Asks for approval. Throws `approval_pending` while another one waits; repeated by its own asker it answers the same. */
  async function set(
    record: SessionRecord,
    request: SetApprovalRequest,
    actor: Actor,
  ): Promise<{ approval: PendingApproval; created: boolean }> {
    const wanted = toNewApproval(request, actor, clock.now());
    const { verdict } = await settle(record, (seen, now) => judgeSetting(seen, wanted, now));
    const approval = pendingOf(verdict);
    return { approval, created: approval.approval_id === wanted.approval_id };
  }

  /** Decides or withdraws, once; whoever comes too late is told who did what. A repetition is answered as before. */
  async function end(record: SessionRecord, ending: Ending): Promise<EndedApproval> {
    // Pinned at the first look: whoever loses a race must not decide on the approval that came after.
    const target = ending.target ?? record.pending_approval?.approval_id;
    const { verdict } = await settle(record, (seen, now) => judgeEnding(seen, { ...ending, target }, now));
    if (verdict.kind === "ended") return verdict.approval;
    throw problemOf(verdict);
  }

  /** The approval that waits. Throws `approval_not_found` with how the last one ended. */
  async function read(record: SessionRecord): Promise<PendingApproval> {
    return pendingOf((await settle(record, judgeReading)).verdict);
  }

  /** Writes down what time did, and what died unwritten. True when this call ended an approval that was late. */
  async function expire(record: SessionRecord): Promise<boolean> {
    return (await settle(record, judgeReading)).changed;
  }

  /** Judges, changes and judges again until there is nothing left to change, and every step is written down. */
  async function settle(first: SessionRecord, judge: (record: SessionRecord, now: Date) => Verdict) {
    let record = first;
    let hasChanged = false;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const moment = { rules: rules.current(), now: clock.now() };
      const verdict = judge(record, moment.now);
      if (verdict.kind !== "change") {
        const isMine = hasChanged || verdict.kind !== "refused";
        if (isMine || isLeftBehind(record, moment.now)) await writeDown(record);
        return { verdict: verdict satisfies Settled, changed: hasChanged };
      }
      const step = toStep(verdict.change, moment.now);
      const changed = await table.update(record, changeUpdate(record, step, moment));
      hasChanged ||= changed !== undefined;
      record = (changed as SessionRecord | undefined) ?? (await sessions.current(record.session_id));
    }
    throw new AppError("unavailable", `Cannot settle the approval of "${first.session_id}": it keeps changing`);
  }

  /** Writes what the outbox holds and empties it. Throws 410 when the session ended meanwhile. */
  async function writeDown(record: SessionRecord): Promise<void> {
    let seen = record;
    for (let setsAlarm = true; (seen.approval_outbox ?? []).length > 0; setsAlarm = false) {
      const outbox = seen.approval_outbox ?? [];
      for (const entry of outbox) await history.store(seen.session_id, toHistoryEntry(entry));
      if ((await table.update(seen, emptyOutboxUpdate(seen, { setsAlarm }))) !== undefined) return;
      seen = await sessions.current(seen.session_id);
    }
  }

  return { set, end, read, expire };
}

export type ApprovalStore = ReturnType<typeof createApprovalStore>;

/** True when whoever filled the outbox has probably died. */
function isLeftBehind({ approval_outbox: [entry] = [] }: SessionRecord, now: Date): boolean {
  return entry !== undefined && now.getTime() - Date.parse(entry.created_at) >= WRITING_MS;
}

function pendingOf(verdict: Settled): PendingApproval {
  if (verdict.kind === "pending") return toPendingApproval(verdict.approval);
  throw problemOf(verdict);
}

function problemOf(verdict: Settled): Error {
  return verdict.kind === "refused" ? verdict.problem : new Error(`Unexpected verdict: ${verdict.kind}`);
}
