/** The approval's conditional updates as data: what is set, and what must still hold. Pure; `approval-store.ts` sends them. */
import { toEpochSeconds, toTimestamp } from "../clock.ts";
import { endOf } from "../sessions/retention.ts";
import { dueAt, type SessionRecord } from "../sessions/session-record.ts";
import {
  isTouchDue,
  type Moment,
  TTL_GRACE_SECONDS,
  type Update,
  whileAlarmsAreUnchanged,
  whileLive,
} from "../sessions/session-updates.ts";
import type { Step } from "./approval-entries.ts";

/** After this long the sweep writes down what a process that died left in the outbox. */
const OUTBOX_PATIENCE_MS = 60_000;

/**
 * One step: the approval moves on, its history entries go into the outbox, and a caller's step counts as activity, in
 * one update that applies only while the pending approval is the one that was seen.
 *
 * While the outbox is full the alarm clock rings within a minute, so it need not ask what else changed meanwhile.
 */
export function changeUpdate(record: SessionRecord, { sees, begins, ends, entries }: Step, moment: Moment): Update {
  const soon = toTimestamp(new Date(moment.now.getTime() + OUTBOX_PATIENCE_MS));
  const live = whileLive(record, moment);
  const active = begins !== undefined || (ends !== undefined && ends.status !== "expired");
  const activity = active ? activityOf(record, moment) : { sets: [], names: {}, values: {} };
  const sets = [
    "pending_approval = :pending",
    ...(ends === undefined ? [] : ["last_approval = :ended"]),
    "approval_outbox = list_append(if_not_exists(approval_outbox, :empty), :entries)",
    "approval_due_at = :soon",
    "due_at = :due",
    "revision = revision + :one",
    ...activity.sets,
  ];
  const same =
    sees === undefined ? "attribute_not_exists(pending_approval.approval_id)" : "pending_approval.approval_id = :sees";
  return {
    UpdateExpression: `SET ${sets.join(", ")}`,
    ConditionExpression: `${same} AND ${live.condition}`,
    ExpressionAttributeNames: { ...live.names, ...activity.names },
    ExpressionAttributeValues: {
      ...live.values,
      ...activity.values,
      ":pending": begins ?? null,
      ...(ends === undefined ? {} : { ":ended": ends }),
      ":empty": [],
      ":entries": entries,
      ":soon": soon,
      ":due": dueAt(record.due_at, soon),
      ":one": 1,
      ...(sees === undefined ? {} : { ":sees": sees.approval_id }),
    },
  };
}

/** What a touch sets, where one is due. */
function activityOf(record: SessionRecord, { rules, now }: Moment) {
  if (!isTouchDue(record, { rules, now })) return { sets: [], names: {}, values: {} };
  const last = toTimestamp(now);
  const { at } = endOf({ ...record, last_activity: last }, rules);
  return {
    sets: ["last_activity = :last", "expires_at = :expires", "#ttl = :ttl"],
    names: { "#ttl": "ttl" },
    values: { ":last": last, ":expires": toTimestamp(at), ":ttl": toEpochSeconds(at) + TTL_GRACE_SECONDS },
  };
}

/**
 * Empties the outbox, if it still holds exactly what was written down. With `setsAlarm` the alarm clock goes back to
 * what it rings for besides, if nothing of that changed; without, it rings early once, which is harmless.
 */
export function emptyOutboxUpdate(record: SessionRecord, options: { setsAlarm: boolean }): Update {
  const outbox = record.approval_outbox ?? [];
  const expiry = record.pending_approval?.expires_at;
  const unchanged = whileAlarmsAreUnchanged(record);
  const alarm = options.setsAlarm ? ` AND expires_at = :expires AND ${unchanged.condition}` : "";
  const sets = [
    ...(expiry === undefined ? [] : ["approval_due_at = :expiry"]),
    ...(alarm === "" ? [] : ["due_at = :due"]),
  ];
  const removes = ["approval_outbox", ...(expiry === undefined ? ["approval_due_at"] : [])];
  return {
    UpdateExpression: `${sets.length === 0 ? "" : `SET ${sets.join(", ")} `}REMOVE ${removes.join(", ")}`,
    ConditionExpression: `#status <> :deleting AND size(approval_outbox) = :size AND approval_outbox[0].entry_id = :first${alarm}`,
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ":deleting": "deleting",
      ":size": outbox.length,
      ":first": outbox[0]?.entry_id,
      ...(expiry === undefined ? {} : { ":expiry": expiry }),
      ...(alarm === ""
        ? {}
        : {
            ...unchanged.values,
            ":expires": record.expires_at,
            ":due": dueAt(record.expires_at, record.conversion_due_at, expiry),
          }),
    },
  };
}
