/**
 * What a session's item says of its own end, for indexes, TTL and people in the console. The truth is a function of
 * the record and the rules of the moment; after the rules changed, or an alarm rang, the stamps have to follow. Pure.
 */
import type { Table } from "../aws/table.ts";
import { toEpochSeconds, toTimestamp } from "../clock.ts";
import { effectiveRetention, endOf, type RetentionRules } from "../sessions/retention.ts";
import { alarmsOf, dueAt, type SessionRecord } from "../sessions/session-record.ts";
import { TTL_GRACE_SECONDS, whileAlarmsAreUnchanged } from "../sessions/session-updates.ts";

/** What the alarm clock is to ring for beside end and approval; absent is not at all. */
export interface Alarms {
  conversion_due_at: string | undefined;
  upload_due_at: string | undefined;
}

/** The update that makes the stamps right, on condition that nobody moved them; undefined where they are right. */
export function stampUpdate(
  record: SessionRecord,
  alarms: Alarms,
  rules: RetentionRules,
): Parameters<Table["update"]>[1] | undefined {
  const { at } = endOf(record, rules);
  const expires = toTimestamp(at);
  const set = ALARMS.flatMap((name) => (alarms[name] === undefined ? [] : [[name, alarms[name]] as const]));
  const due = dueAt(expires, ...alarmsOf({ ...record, ...Object.fromEntries(set) }));
  const isSame = ALARMS.every((name) => alarms[name] === record[name]);
  if (expires === record.expires_at && due === record.due_at && isSame) return undefined;
  const unchanged = whileAlarmsAreUnchanged(record);
  const sets = ["due_at = :due", "expires_at = :expires", "retention = :retention", "#ttl = :ttl"];
  return {
    UpdateExpression: `SET ${[...sets, ...set.map(([name]) => `${name} = :${name}`)].join(", ")}`,
    ConditionExpression: `due_at = :seen AND last_activity = :active AND attribute_exists(due_shard) AND #status <> :deleting AND ${unchanged.condition}`,
    ExpressionAttributeNames: { "#ttl": "ttl", "#status": "status" },
    ExpressionAttributeValues: {
      ":due": due,
      ":expires": expires,
      ":retention": effectiveRetention(rules, record.platform, record.retention_wish),
      ":ttl": toEpochSeconds(at) + TTL_GRACE_SECONDS,
      ":seen": record.due_at,
      ":active": record.last_activity,
      ":deleting": "deleting",
      ...unchanged.values,
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
    },
  };
}

const ALARMS = ["conversion_due_at", "upload_due_at"] as const;
