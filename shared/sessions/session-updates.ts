/** The store's conditional updates as data: what is set, and what must still hold. Pure; `session-store.ts` sends them. */
import type { Table } from "../aws/table.ts";
import { LAST_WRITE } from "../aws/write-token.ts";
import { toEpochSeconds, toTimestamp } from "../clock.ts";
import type { SessionPatch } from "../contract/session.ts";
import type { FileDelta } from "../files/file-record.ts";
import { claimValues, MOVE_CLAIMS, unlessSettled } from "./claims.ts";
import { folderMoves } from "./folder-moves.ts";
import { cutoffsOf, effectiveRetention, endOf, type RetentionRules } from "./retention.ts";
import { minus, NO_ROOM, type Room, roomOf } from "./room.ts";
import { alarmsOf, dueAt, type SessionRecord } from "./session-record.ts";
import { whileReadable } from "./stored-format.ts";

export type Update = Parameters<Table["update"]>[1];

/** What an update depends on besides the record: the rules of the moment, and the moment. */
export interface Moment {
  rules: RetentionRules;
  now: Date;
}

/** TTL is only the second net: long enough for a sweep that was down over a weekend's evening. */
export const TTL_GRACE_SECONDS = 2 * 24 * 3600;
/** How long an upload's own conversion may take before the sweep asks whether somebody does it. */
const CONVERSION_PATIENCE_MS = 2 * 60_000;

const STATUS = { "#status": "status" };

/**
 * A session that may still be changed, by the rules of the moment and not by what it says of itself. Its wish must be
 * the one that was seen, because the cutoffs were made from it.
 */
export function whileLive(record: SessionRecord, { rules, now }: Moment) {
  const { idle, age } = cutoffsOf(record, rules, now);
  const { idle_minutes, max_age_minutes } = record.retention_wish ?? {};
  // One by one: not every engine compares maps.
  const wish = whileUnchanged([
    { path: "retention_wish.idle_minutes", name: ":seen_idle_wish", seen: idle_minutes },
    { path: "retention_wish.max_age_minutes", name: ":seen_age_wish", seen: max_age_minutes },
  ]);
  return {
    condition: `#status <> :deleting AND last_activity > :idle_cutoff AND created_at > :age_cutoff AND ${wish.condition} AND ${whileReadable.condition}`,
    names: STATUS,
    values: {
      ":deleting": "deleting",
      ":idle_cutoff": toTimestamp(idle),
      ":age_cutoff": toTimestamp(age),
      ...wish.values,
      ...whileReadable.values,
    },
  };
}

/**
 * Holds while everything the alarm clock rings for is as it was seen. Whoever sets the clock needs it: it would set it
 * too late for a conversion, an approval or an upload that was asked for since.
 */
export function whileAlarmsAreUnchanged({ conversion_due_at, approval_due_at, upload_due_at }: SessionRecord) {
  return whileUnchanged([
    { path: "conversion_due_at", name: ":seen_conversion", seen: conversion_due_at },
    { path: "approval_due_at", name: ":seen_approval", seen: approval_due_at },
    { path: "upload_due_at", name: ":seen_upload", seen: upload_due_at },
  ]);
}

/** Holds while nobody wrote the item since it was seen, whatever he wrote. */
export function whileUntouched(record: SessionRecord) {
  return whileUnchanged([{ path: LAST_WRITE, name: ":seen_write", seen: record[LAST_WRITE] as string | undefined }]);
}

/** Holds while each attribute has the value that was seen, or is still absent. */
function whileUnchanged(attributes: readonly { path: string; name: string; seen: string | number | undefined }[]) {
  const known = attributes.filter(({ seen }) => seen !== undefined);
  return {
    condition: attributes
      .map(({ path, name, seen }) => (seen === undefined ? `attribute_not_exists(${path})` : `${path} = ${name}`))
      .join(" AND "),
    values: Object.fromEntries(known.map(({ name, seen }) => [name, seen])),
  };
}

/** Moving an index key costs two more writes, so activity is noted at most this often. */
const TOUCH_INTERVAL_MS = 60_000;

/** True when activity is to be noted: once a minute, or four times within an idle time that is shorter still. */
export function isTouchDue(
  { platform, retention_wish, last_activity }: SessionRecord,
  { rules, now }: Moment,
): boolean {
  const { idle_minutes } = effectiveRetention(rules, platform, retention_wish);
  // A session that ends after a minute's silence could not be kept awake by a note a minute.
  return now.getTime() - Date.parse(last_activity) >= Math.min(TOUCH_INTERVAL_MS, (idle_minutes * 60_000) / 4);
}

/** A clock that is behind another one's must not take time away from the session. */
function lastActivity(record: SessionRecord, now: Date): string {
  return toTimestamp(now) > record.last_activity ? toTimestamp(now) : record.last_activity;
}

/** What every activity sets: it moves the end, and with it the alarm clock and the TTL. */
function activity(record: SessionRecord, { rules, now }: Moment, alarms = alarmsOf(record)) {
  const last = lastActivity(record, now);
  const expires = endOf({ ...record, last_activity: last }, rules).at;
  const live = whileLive(record, { rules, now });
  const unchanged = whileAlarmsAreUnchanged(record);
  return {
    sets: ["last_activity = :last", "expires_at = :expires", "due_at = :due", "#ttl = :ttl"],
    condition: `${live.condition} AND ${unchanged.condition}`,
    names: { ...live.names, "#ttl": "ttl" },
    values: {
      ...live.values,
      ...unchanged.values,
      ":last": last,
      ":expires": toTimestamp(expires),
      ":due": dueAt(toTimestamp(expires), ...alarms),
      ":ttl": toEpochSeconds(expires) + TTL_GRACE_SECONDS,
    },
  };
}

/** Activity without content. */
export function touchUpdate(record: SessionRecord, moment: Moment): Update {
  const { sets, condition, names, values } = activity(record, moment);
  return {
    UpdateExpression: `SET ${sets.join(", ")}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** One that rings soon enough stays as it is: whoever moves it makes every other writer of the session try again. */
function conversionAlarm({ conversion_due_at: seen }: SessionRecord, { now }: Moment): string {
  const inMs = (milliseconds: number) => toTimestamp(new Date(now.getTime() + milliseconds));
  const latest = inMs(CONVERSION_PATIENCE_MS);
  return seen !== undefined && seen >= inMs(CONVERSION_PATIENCE_MS / 2) && seen <= latest ? seen : latest;
}

/** What goes with a change of files. */
export interface FilesNote {
  /** Asks for a conversion. */
  convert: boolean;
  /** Room that was claimed for them before: it becomes theirs, and the rest is given back. */
  reserved?: Room;
  /** The upload that this is the end of; noted once. */
  settles?: string;
}

/** Files that came or went, and with `convert` the request to convert them. */
export function noteFilesUpdate(
  record: SessionRecord,
  deltas: readonly FileDelta[],
  options: FilesNote,
  moment: Moment,
): Update {
  const convertBy = conversionAlarm(record, moment);
  const waiting = options.convert ? { ...record, conversion_due_at: convertBy } : record;
  const { sets, condition, names, values } = activity(record, moment, alarmsOf(waiting));
  const folders = folderMoves(record, deltas);
  const once = options.settles === undefined ? undefined : unlessSettled(options.settles);
  const all = [
    ...sets,
    "revision = revision + :one",
    "total_size_bytes = total_size_bytes + :bytes",
    ...MOVE_CLAIMS,
    "conversion_requests = conversion_requests + :requests",
    ...(options.convert ? ["conversion_due_at = :convert_by"] : []),
    ...folders.sets,
  ];
  return {
    UpdateExpression: `SET ${all.join(", ")}${once === undefined ? "" : ` ${once.add}`}`,
    ConditionExpression: [condition, ...folders.conditions, ...(once === undefined ? [] : [once.condition])].join(
      " AND ",
    ),
    ExpressionAttributeNames: { ...names, ...folders.names },
    ExpressionAttributeValues: {
      ...values,
      ":one": 1,
      ":bytes": deltas.reduce((sum, delta) => sum + delta.bytes, 0),
      ...claimValues(record, minus(roomOf(deltas), options.reserved ?? NO_ROOM)),
      ...once?.values,
      ":requests": options.convert ? 1 : 0,
      ...(options.convert ? { ":convert_by": convertBy } : {}),
      ...folders.values,
    },
  };
}

/** The owner's changes, to the revision that was seen and to no other. */
export function patchUpdate(record: SessionRecord, change: SessionPatch, moment: Moment): Update {
  const wish = change.retention ?? record.retention_wish ?? {};
  const { expires, due, ttl } = endWithWish(record, wish, moment);
  const { sets, condition, names, values } = activity(record, moment);
  const changes = [
    "thread_id = :thread",
    "#style = :style",
    "metadata = :metadata",
    "retention = :retention",
    "retention_wish = :wish",
    "#status = :status",
    "revision = revision + :one",
  ];
  return {
    UpdateExpression: `SET ${[...sets, ...changes].join(", ")}`,
    ConditionExpression: `revision = :seen AND ${condition}`,
    ExpressionAttributeNames: { ...names, "#style": "style" },
    ExpressionAttributeValues: {
      ...values,
      ":expires": expires,
      ":due": due,
      ":ttl": ttl,
      ":thread": change.thread_id === undefined ? record.thread_id : change.thread_id,
      ":style": change.style === undefined ? (record.style ?? null) : change.style,
      ":metadata": change.metadata ?? record.metadata,
      ":retention": effectiveRetention(moment.rules, record.platform, wish),
      ":wish": wish,
      ":status": change.status ?? record.status,
      ":one": 1,
      ":seen": record.revision,
    },
  };
}

/** The end that a new wish brings; the conditions stay those of the wish that was seen. */
function endWithWish(record: SessionRecord, wish: SessionRecord["retention_wish"], { rules, now }: Moment) {
  const { at } = endOf({ ...record, retention_wish: wish, last_activity: lastActivity(record, now) }, rules);
  const expires = toTimestamp(at);
  return { expires, due: dueAt(expires, ...alarmsOf(record)), ttl: toEpochSeconds(at) + TTL_GRACE_SECONDS };
}
