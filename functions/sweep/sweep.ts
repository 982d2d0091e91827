import { dueShards } from "../../shared/aws/item-keys.ts";
import { toTimestamp } from "../../shared/clock.ts";
import type { Log } from "../../shared/log.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import { endOf, isOver } from "../../shared/sessions/retention.ts";
import { dueAt, type SessionRecord } from "../../shared/sessions/session-record.ts";
import type { Stores } from "../../shared/stores.ts";

export interface SweepDeps extends Stores {
  log: Log;
  askToConvert(sessionId: string): Promise<void>;
}

/** What one sweep did. `complete` is false when time ran out: the next one goes on where the index says. */
export interface SweepReport {
  ended: Record<string, number>;
  conversions_restarted: number;
  objects: number;
  bytes: number;
  items: number;
  errors: number;
  complete: boolean;
}

/** Time that ending one more session may need. */
const RESERVE_MS = 20_000;
const CONVERSION_PATIENCE_MS = 10 * 60_000;

/** Looks at every session whose alarm clock has rung: ends what is over, and asks again for conversions left undone. */
export async function sweep(deps: SweepDeps, remainingMs: () => number): Promise<SweepReport> {
  const report = { ended: {}, conversions_restarted: 0, objects: 0, bytes: 0, items: 0, errors: 0, complete: true };
  await Promise.all(dueShards.map((shard) => sweepShard(deps, shard, remainingMs, report)));
  return report;
}

async function sweepShard(deps: SweepDeps, shard: number, remainingMs: () => number, report: SweepReport) {
  for await (const item of dueIn(deps, shard)) {
    if (remainingMs() < RESERVE_MS) {
      report.complete = false;
      return;
    }
    try {
      await attend(deps, item as SessionRecord, report);
    } catch (error) {
      // One session that cannot be ended now must not keep the others alive; it stays due.
      report.errors++;
      deps.log.error("Session not swept", { session_id: item.session_id, error });
    }
  }
}

function dueIn(deps: SweepDeps, shard: number) {
  return deps.table.queryAll({
    IndexName: "by_due",
    KeyConditionExpression: "due_shard = :shard AND due_at <= :now",
    ExpressionAttributeValues: { ":shard": shard, ":now": toTimestamp(deps.clock.now()) },
  });
}

async function attend(deps: SweepDeps, indexed: SessionRecord, report: SweepReport): Promise<void> {
  // The index may be behind: decide on the item itself.
  const record = (await deps.sessions.findStored(indexed.session_id)) as SessionRecord | undefined;
  if (record?.due_shard === undefined) return;
  const now = deps.clock.now();
  if (record.status === "deleting" || isOver(record, deps.rules.current(), now)) return end(deps, record, report);
  if (record.conversion_due_at !== undefined && record.conversion_due_at <= toTimestamp(now)) {
    await deps.askToConvert(record.session_id);
    report.conversions_restarted++;
    return setAlarm(deps, record, toTimestamp(new Date(now.getTime() + CONVERSION_PATIENCE_MS)));
  }
  return setAlarm(deps, record, record.conversion_due_at);
}

async function end(deps: SweepDeps, record: SessionRecord, report: SweepReport): Promise<void> {
  const reason = record.ending_reason ?? endOf(record, deps.rules.current()).reason;
  const receipt = await endSession(deps, record, reason, { ifUnusedSince: record.last_activity });
  if (receipt === undefined) return;
  report.ended[receipt.reason] = (report.ended[receipt.reason] ?? 0) + 1;
  report.objects += receipt.objects;
  report.bytes += receipt.bytes;
  report.items += receipt.items;
}

/** Sets the alarm clock again, unless somebody did meanwhile. */
async function setAlarm(deps: SweepDeps, record: SessionRecord, conversionDueAt: string | undefined): Promise<void> {
  const end = toTimestamp(endOf(record, deps.rules.current()).at);
  await deps.table.update(record, {
    UpdateExpression: `SET due_at = :due${conversionDueAt === undefined ? "" : ", conversion_due_at = :conversion"}`,
    ConditionExpression: "due_at = :seen AND attribute_exists(due_shard)",
    ExpressionAttributeValues: {
      ":due": dueAt(end, conversionDueAt, record.pending_approval?.expires_at),
      ":seen": record.due_at,
      ...(conversionDueAt === undefined ? {} : { ":conversion": conversionDueAt }),
    },
  });
}
