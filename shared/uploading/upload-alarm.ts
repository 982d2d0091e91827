import { toTimestamp } from "../clock.ts";
import { isAppError } from "../errors.ts";
import { endOf } from "../sessions/retention.ts";
import { alarmsOf, dueAt, type SessionRecord } from "../sessions/session-record.ts";
import { type Update, whileAlarmsAreUnchanged, whileUntouched } from "../sessions/session-updates.ts";
import type { UploadingDeps } from "./uploading-deps.ts";

/**
 * Has the sweep look at the session's uploads no later than this; `session` as it was seen. Nothing to do where it rings
 * earlier, or where the session is over.
 */
export async function ringForUploads(deps: UploadingDeps, session: SessionRecord, at: string): Promise<void> {
  try {
    await deps.sessions.change(session, (seen) => {
      const isEarlier = seen.upload_due_at === undefined || at < seen.upload_due_at;
      return isEarlier ? setAlarm(deps, seen, at) : undefined;
    });
  } catch (error) {
    if (!isAppError(error, "session_expired", "session_not_found", "conflict")) throw error;
  }
}

/**
 * Sets the alarm to the next upload that is to be looked at; away with it where there is none. Nothing happens when
 * anybody wrote the session's item since it was seen: an upload that is opened just now may count on the alarm that
 * rings already, and then the item shows no other sign of it. What rings too early costs one look.
 */
export async function setUploadAlarm(deps: UploadingDeps, seen: SessionRecord, at: string | undefined): Promise<void> {
  if (seen.upload_due_at === at) return;
  const alarm = setAlarm(deps, seen, at);
  const untouched = whileUntouched(seen);
  await deps.table.update(seen, {
    ...alarm,
    ConditionExpression: `${alarm.ConditionExpression} AND ${untouched.condition}`,
    ExpressionAttributeValues: { ...alarm.ExpressionAttributeValues, ...untouched.values },
  });
}

function setAlarm({ rules }: UploadingDeps, seen: SessionRecord, at: string | undefined): Update {
  const { upload_due_at: _, ...rest } = seen;
  const unchanged = whileAlarmsAreUnchanged(seen);
  const end = toTimestamp(endOf(seen, rules.current()).at);
  const due = dueAt(end, ...alarmsOf(at === undefined ? rest : { ...rest, upload_due_at: at }));
  return {
    UpdateExpression:
      at === undefined ? "SET due_at = :due REMOVE upload_due_at" : "SET due_at = :due, upload_due_at = :at",
    ConditionExpression: `#status <> :deleting AND attribute_exists(due_shard) AND ${unchanged.condition}`,
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ...{ ":due": due, ":deleting": "deleting" },
      ...unchanged.values,
      ...(at === undefined ? {} : { ":at": at }),
    },
  };
}
