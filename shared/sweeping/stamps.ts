/**
 * What a session's item says of its own end, for indexes, TTL and people in the console. The truth is a function of
 * the record and the rules of the moment; after the rules changed, or an alarm rang, the stamps have to follow. Pure.
 */
import type { Table } from "../aws/table.ts";
import { toEpochSeconds, toTimestamp } from "../clock.ts";
import { effectiveRetention, endOf, type RetentionRules } from "../sessions/retention.ts";
import { alarmsOf, dueAt, type SessionRecord } from "../sessions/session-record.ts";
import { TTL_GRACE_SECONDS, whileAlarmsAreUnchanged } from "../sessions/session-updates.ts";

/** The update that makes the stamps right, on condition that nobody moved them; undefined where they are right. */
export function stampUpdate(
  record: SessionRecord,
  conversionDueAt: string | undefined,
  rules: RetentionRules,
): Parameters<Table["update"]>[1] | undefined {
  const { at } = endOf(record, rules);
  const expires = toTimestamp(at);
  const alarms = alarmsOf(conversionDueAt === undefined ? record : { ...record, conversion_due_at: conversionDueAt });
  const due = dueAt(expires, ...alarms);
  const isConversionSame = conversionDueAt === record.conversion_due_at;
  if (expires === record.expires_at && due === record.due_at && isConversionSame) return undefined;
  const unchanged = whileAlarmsAreUnchanged(record);
  const conversion = conversionDueAt === undefined ? {} : { ":conversion": conversionDueAt };
  return {
    UpdateExpression: `SET due_at = :due, expires_at = :expires, retention = :retention, #ttl = :ttl${
      conversionDueAt === undefined ? "" : ", conversion_due_at = :conversion"
    }`,
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
      ...conversion,
    },
  };
}
