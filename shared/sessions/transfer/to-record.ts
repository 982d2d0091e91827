import { toEpochSeconds, toTimestamp } from "../../clock.ts";
import type { Actor } from "../../contract/actor.ts";
import { AppError } from "../../errors.ts";
import { newSessionRecord } from "../new-session.ts";
import { endOf } from "../retention.ts";
import { alarmsOf, dueAt, type SessionRecord } from "../session-record.ts";
import { type Moment, TTL_GRACE_SECONDS } from "../session-updates.ts";
import { entryIds } from "./history-ids.ts";
import type { SessionDraft } from "./session-draft.ts";

/** A session that came by import keeps beside its record what it came from. */
export interface ImportedRecord extends SessionRecord {
  import_hash: string;
  /** Set until all its history is written: a repeated import then goes on where the first one died. */
  import_unfinished?: true;
}

/** Clocks differ a little; a session from further ahead would live longer than the rules allow. */
const MAX_AHEAD_MS = 5 * 60_000;

/** The record of a session that began elsewhere. Pure; throws when it says to be from the future. */
export function toRecord(draft: SessionDraft, importedBy: Actor, moment: Moment): ImportedRecord {
  const now = toTimestamp(moment.now);
  const created_at = draft.created_at ?? draft.last_activity ?? now;
  const last_activity = draft.last_activity ?? draft.created_at ?? now;
  assertNotAhead({ created_at, last_activity }, moment.now);
  const owner = { sessionId: draft.session_id, userId: draft.user_id, createdBy: draft.created_by ?? importedBy };
  const request = { platform: draft.platform, metadata: draft.metadata, retention: draft.retention_wish };
  const fresh = newSessionRecord(owner, request, { ...moment, now: new Date(created_at) });
  const { at } = endOf({ ...fresh, last_activity }, moment.rules);
  const { thread_id, status = fresh.status } = draft;
  const record = { ...fresh, ...approvalOf(draft), thread_id, status, created_at, last_activity };
  return {
    ...record,
    expires_at: toTimestamp(at),
    due_at: dueAt(toTimestamp(at), ...alarmsOf(record)),
    ttl: toEpochSeconds(at) + TTL_GRACE_SECONDS,
    import_hash: draft.import_hash,
    ...(draft.history.length === 0 ? {} : { import_unfinished: true as const }),
  };
}

/** The approval goes on waiting, and the alarm clock rings when it is late. */
function approvalOf({ session_id, pending_approval }: SessionDraft) {
  if (pending_approval === null) return { pending_approval };
  const { args, status: _, ...asked } = pending_approval;
  const said = { role: "event", content: asked.tool_name, created_at: asked.requested_at, metadata: asked };
  const [entry_id = ""] = entryIds(session_id, [said]);
  const stored = { ...asked, args_json: JSON.stringify(args), entry_id };
  return { pending_approval: stored, approval_due_at: asked.expires_at };
}

function assertNotAhead(times: Record<string, string>, now: Date): void {
  for (const [field, time] of Object.entries(times)) {
    if (Date.parse(time) <= now.getTime() + MAX_AHEAD_MS) continue;
    throw new AppError("invalid_request", `Cannot take \`${field}\`: it is in the future`, {
      details: { errors: [{ field, message: "is in the future" }] },
    });
  }
}
