/** What one session needs now: to end, to be finished off, to be converted, or only to have its alarm clock set. */
import { expireApproval } from "../../shared/approvals/expire-approval.ts";
import { toTimestamp } from "../../shared/clock.ts";
import type { Receipt } from "../../shared/contract/session.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import { endOf, isOver } from "../../shared/sessions/retention.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { type Alarms, stampUpdate } from "../../shared/sweeping/stamps.ts";
import type { Round } from "./sweep-deps.ts";

/** How long a conversion that was asked for again may take before the next look. */
const CONVERSION_PATIENCE_MS = 10 * 60_000;

/** Looks at the session's item as it is now: the index that named it may be behind. Safe to repeat. */
export async function attend(round: Round, sessionId: string): Promise<void> {
  const { deps } = round;
  const stored = (await deps.sessions.findStored(sessionId)) as SessionRecord | undefined;
  const record = stored === undefined ? undefined : await settleApproval(round, stored);
  if (record?.due_shard === undefined) return;
  if (record.status === "deleting") return end(round, record, record.ending_reason ?? "deleted");
  if (!deps.rules.areKnown()) return; // the document may give this session more time than we know of
  const rules = deps.rules.current();
  const now = deps.clock.now();
  if (isOver(record, rules, now)) return end(round, record, endOf(record, rules).reason);
  const conversion_due_at = await restartConversion(round, record, now);
  await stamp(round, record, { conversion_due_at, upload_due_at: await askAfterUploads(round, record, now) });
}

/** Ends the session through its one door, unless it woke up since it was read. */
export async function end(round: Round, record: SessionRecord, reason: Receipt["reason"]): Promise<void> {
  const { deps, report } = round;
  const receipt = await endSession(deps, record, reason, { ifUnusedSince: record.last_activity });
  if (receipt === undefined) return;
  report.ended[receipt.reason] = (report.ended[receipt.reason] ?? 0) + 1;
  report.objects += receipt.objects;
  report.bytes += receipt.bytes;
  report.items += receipt.items;
}

/** Writes down that an approval expired, and what a dead process left of one; answers the record as it is then. */
async function settleApproval({ deps, report }: Round, record: SessionRecord): Promise<SessionRecord | undefined> {
  const dueAt = record.approval_due_at;
  if (dueAt === undefined || dueAt > toTimestamp(deps.clock.now())) return record;
  if (await expireApproval(deps, record)) report.approvals_expired++;
  return (await deps.sessions.findStored(record.session_id)) as SessionRecord | undefined;
}

/** Asks again for a conversion that nobody finished in time; answers when to look at it next. */
async function restartConversion(
  { deps, report }: Round,
  record: SessionRecord,
  now: Date,
): Promise<string | undefined> {
  const dueAt = record.conversion_due_at;
  if (dueAt === undefined || dueAt > toTimestamp(now)) return dueAt;
  await deps.askToConvert(record.session_id);
  report.conversions_restarted++;
  return toTimestamp(new Date(now.getTime() + CONVERSION_PATIENCE_MS));
}

/** Has uploads looked at whose time has come: to verify what is there takes more than the sweep may do. */
async function askAfterUploads({ deps }: Round, record: SessionRecord, now: Date): Promise<string | undefined> {
  const dueAt = record.upload_due_at;
  if (dueAt === undefined || dueAt > toTimestamp(now)) return dueAt;
  await deps.askToConvert(record.session_id, { uploads: true });
  return toTimestamp(new Date(now.getTime() + CONVERSION_PATIENCE_MS));
}

async function stamp({ deps, report }: Round, record: SessionRecord, alarms: Alarms): Promise<void> {
  const update = stampUpdate(record, alarms, deps.rules.current());
  if (update === undefined) return;
  if ((await deps.table.update(record, update)) !== undefined) report.rules.sessions_stamped++;
}
