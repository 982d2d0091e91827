/** The conditional updates that take and give room in a session, as data. Pure; `quota-store.ts` sends them. */
import { toTimestamp } from "../clock.ts";
import { claimValues, MOVE_CLAIMS, unlessSettled } from "./claims.ts";
import { endOf } from "./retention.ts";
import type { Room, StorageLimits } from "./room.ts";
import { alarmsOf, dueAt, type SessionRecord } from "./session-record.ts";
import { type Moment, type Update, whileAlarmsAreUnchanged, whileLive } from "./session-updates.ts";

/** A request that promised itself room is dead after this long: the API's own time is half of it. */
const REQUEST_MS = 60_000;

/**
 * Claims room, if there is still as much: one condition over everything that is there or promised, so of many at once
 * only those get it for whom there is room. `uploadBy` is when an upload that it is for must be looked at; without one
 * it is for a request that runs now.
 */
export function reserveUpdate(
  record: SessionRecord,
  room: Room,
  limits: StorageLimits,
  moment: Moment & { uploadBy?: string },
): Update {
  const live = whileLive(record, moment);
  const alarm = moment.uploadBy === undefined ? forRequest(moment) : forUpload(record, moment.uploadBy, moment);
  return {
    UpdateExpression: `SET ${[...MOVE_CLAIMS, ...alarm.sets].join(", ")}`,
    ConditionExpression: [live.condition, ...HAS_ROOM, ...alarm.conditions].join(" AND "),
    ExpressionAttributeNames: live.names,
    ExpressionAttributeValues: {
      ...live.values,
      ...claimValues(record, room),
      ...alarm.values,
      ":max_bytes": limits.sessionBytes - room.bytes,
      ":max_files": limits.sessionFiles - room.files,
    },
  };
}

const HAS_ROOM = [
  "(claimed_bytes <= :max_bytes OR (attribute_not_exists(claimed_bytes) AND total_size_bytes <= :max_bytes))",
  "(claimed_files <= :max_files OR attribute_not_exists(claimed_files))",
];

function forRequest({ now }: Moment) {
  const until = toTimestamp(new Date(now.getTime() + REQUEST_MS));
  return { sets: ["requests_claim_until = :until"], conditions: [], values: { ":until": until } };
}

/** The first upload sets the alarm clock; those after it are later and find it set. */
function forUpload(record: SessionRecord, uploadBy: string, { rules }: Moment) {
  if (record.upload_due_at !== undefined && record.upload_due_at <= uploadBy) {
    return { sets: [], conditions: ["upload_due_at = :seen_alarm"], values: { ":seen_alarm": record.upload_due_at } };
  }
  const unchanged = whileAlarmsAreUnchanged(record);
  const due = dueAt(toTimestamp(endOf(record, rules).at), ...alarmsOf({ ...record, upload_due_at: uploadBy }));
  return {
    sets: ["upload_due_at = :upload_by", "due_at = :due"],
    conditions: [unchanged.condition],
    values: { ...unchanged.values, ":upload_by": uploadBy, ":due": due },
  };
}

/** Gives room back, for an upload exactly once. */
export function releaseUpdate(record: SessionRecord, room: Room, uploadId?: string): Update {
  const once = uploadId === undefined ? undefined : unlessSettled(uploadId);
  const back = { bytes: -room.bytes, files: -room.files };
  return {
    UpdateExpression: `SET ${MOVE_CLAIMS.join(", ")}${once === undefined ? "" : ` ${once.add}`}`,
    ConditionExpression: `attribute_exists(due_shard)${once === undefined ? "" : ` AND ${once.condition}`}`,
    ExpressionAttributeValues: { ...claimValues(record, back), ...once?.values },
  };
}

/** Makes the claims what files and uploads come to, if nobody moved them since they were read. */
export function recountUpdate(record: SessionRecord, claimed: Room): Update {
  const isKnown = record.claimed_bytes !== undefined;
  return {
    UpdateExpression: "SET claimed_bytes = :bytes, claimed_files = :files",
    ConditionExpression: `attribute_exists(due_shard) AND revision = :revision AND ${
      isKnown ? "claimed_bytes = :seen_bytes" : "attribute_not_exists(claimed_bytes)"
    }`,
    ExpressionAttributeValues: {
      ...{ ":bytes": claimed.bytes, ":files": claimed.files, ":revision": record.revision },
      ...(isKnown ? { ":seen_bytes": record.claimed_bytes } : {}),
    },
  };
}
