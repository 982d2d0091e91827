/** The store's conditional updates as data: what is set, and what must still hold. Pure; `session-store.ts` sends them. */
import type { Table } from "../aws/table.ts";
import { toEpochSeconds, toTimestamp } from "../clock.ts";
import type { SessionPatch } from "../contract/session.ts";
import type { FileDelta } from "../files/file-record.ts";
import { effectiveRetention, expiryOf, type RetentionRules } from "./retention.ts";
import { dueAt, type SessionRecord } from "./session-record.ts";

export type Update = Parameters<Table["update"]>[1];

/** TTL is only the second net: long enough for a sweep that was down over a weekend's evening. */
export const TTL_GRACE_SECONDS = 2 * 24 * 3600;
/** How long an upload's own conversion may take before the sweep asks whether somebody does it. */
const CONVERSION_PATIENCE_MS = 2 * 60_000;

/** A session that may still be changed. Needs `#status`, `:deleting` and `:now`. */
const LIVE = "#status <> :deleting AND expires_at > :now";

const NAMES = { "#status": "status", "#ttl": "ttl" };

/** What every activity sets: it moves the end, and with it the alarm clock and the TTL. */
function activity(record: SessionRecord, now: Date, retention = record.retention, waiting = record.conversion_due_at) {
  const expires = expiryOf(retention, new Date(record.created_at), now);
  return {
    sets: ["last_activity = :now", "expires_at = :expires", "due_at = :due", "#ttl = :ttl"],
    values: {
      ":now": toTimestamp(now),
      ":expires": toTimestamp(expires),
      ":due": dueAt(toTimestamp(expires), waiting),
      ":ttl": toEpochSeconds(expires) + TTL_GRACE_SECONDS,
      ":deleting": "deleting",
    },
  };
}

/**
 * Activity without content. The alarm clock also rings for conversions: if one was asked for since the record was
 * read, this update would set it too late, so it does not apply then.
 */
export function touchUpdate(record: SessionRecord, now: Date): Update {
  const { sets, values } = activity(record, now);
  const waiting = record.conversion_due_at;
  const unchanged = waiting === undefined ? "attribute_not_exists(conversion_due_at)" : "conversion_due_at = :waiting";
  return {
    UpdateExpression: `SET ${sets.join(", ")}`,
    ConditionExpression: `${LIVE} AND ${unchanged}`,
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: { ...values, ...(waiting === undefined ? {} : { ":waiting": waiting }) },
  };
}

/** Files that came or went, and with `convert` the request to convert them. */
export function noteFilesUpdate(
  record: SessionRecord,
  deltas: readonly FileDelta[],
  options: { convert: boolean },
  now: Date,
): Update {
  const convertBy = toTimestamp(new Date(now.getTime() + CONVERSION_PATIENCE_MS));
  // Too early is harmless, the sweep looks again; so a conversion that may be waiting is assumed to be.
  const waiting = options.convert ? convertBy : record.conversion_due_at;
  const { sets, values } = activity(record, now, record.retention, waiting);
  const counts = countsByFolder(deltas);
  const all = [
    ...sets,
    "revision = revision + :one",
    "total_size_bytes = total_size_bytes + :bytes",
    "conversion_requests = conversion_requests + :requests",
    ...(options.convert ? ["conversion_due_at = :convert_by"] : []),
    ...counts.map((_, index) => `file_counts.#f${index} = if_not_exists(file_counts.#f${index}, :zero) + :f${index}`),
  ];
  return {
    UpdateExpression: `SET ${all.join(", ")}`,
    ConditionExpression: LIVE,
    // Folders hold slashes, and names beyond ASCII would abort one of the engines: placeholders only.
    ExpressionAttributeNames: {
      ...NAMES,
      ...Object.fromEntries(counts.map(([folder], index) => [`#f${index}`, folder])),
    },
    ExpressionAttributeValues: {
      ...values,
      ":one": 1,
      ":bytes": deltas.reduce((sum, delta) => sum + delta.bytes, 0),
      ":requests": options.convert ? 1 : 0,
      ...(options.convert ? { ":convert_by": convertBy } : {}),
      ...(counts.length === 0 ? {} : { ":zero": 0 }),
      ...Object.fromEntries(counts.map(([, files], index) => [`:f${index}`, files])),
    },
  };
}

/** The owner's changes, to the revision that was seen and to no other. */
export function patchUpdate(record: SessionRecord, change: SessionPatch, rules: RetentionRules, now: Date): Update {
  const retention =
    change.retention === undefined ? record.retention : effectiveRetention(rules, record.platform, change.retention);
  const { sets, values } = activity(record, now, retention);
  const changes = ["thread_id = :thread", "metadata = :metadata", "retention = :retention", "#status = :status"];
  return {
    UpdateExpression: `SET ${[...sets, ...changes, "revision = revision + :one"].join(", ")}`,
    ConditionExpression: `revision = :seen AND ${LIVE}`,
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: {
      ...values,
      ":thread": change.thread_id === undefined ? record.thread_id : change.thread_id,
      ":metadata": change.metadata ?? record.metadata,
      ":retention": retention,
      ":status": change.status ?? record.status,
      ":one": 1,
      ":seen": record.revision,
    },
  };
}

function countsByFolder(deltas: readonly FileDelta[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { folder, files } of deltas) counts.set(folder, (counts.get(folder) ?? 0) + files);
  return [...counts];
}
