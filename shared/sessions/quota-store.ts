/**
 * Room that is promised before anything is stored: in the session by one conditional update of its item, and where the
 * stage has a limit per user, in the item `USER#<user>` / `USAGE` as well.
 *
 * What a dead process had claimed is found before anybody is refused: the claims are counted again from what is there.
 */
import type { Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import { AppError } from "../errors.ts";
import type { UploadStore } from "../files/uploads/upload-store.ts";
import { addRoom, countFiles, fits, type Room, type StorageLimits, sessionFull } from "./room.ts";
import { recountUpdate, releaseUpdate, reserveUpdate } from "./room-updates.ts";
import type { RulesSource } from "./rules-source.ts";
import type { SessionRecord } from "./session-record.ts";
import type { SessionStore } from "./session-store.ts";
import { createUserQuota } from "./user-quota.ts";

export interface QuotaDeps {
  table: Table;
  sessions: SessionStore;
  uploads: Pick<UploadStore, "each">;
  rules: RulesSource;
  clock: Clock;
  limits: StorageLimits;
}

/** An upload whose item was just made may be about to claim its room, or have done so. */
const OPENING_MS = 60_000;
const MAX_ROUNDS = 10;

export function createQuotaStore(deps: QuotaDeps) {
  const { table, sessions, uploads, rules, clock, limits } = deps;
  const user = createUserQuota(deps);

  /**
   * Claims room in the session, and of its owner's; throws 507 with the numbers when there is not as much. `uploadBy`
   * is when the upload that it is for has to be looked at.
   */
  async function reserve(record: SessionRecord, room: Room, uploadBy?: string): Promise<void> {
    if (room.bytes <= 0 && room.files <= 0 && uploadBy === undefined) return;
    await user.prepare(record.user_id);
    const seen = await reserveInSession(record, room, uploadBy);
    try {
      await user.claim(record.user_id, room.bytes);
    } catch (error) {
      await release(seen, room);
      throw error;
    }
  }

  async function reserveInSession(record: SessionRecord, room: Room, uploadBy?: string): Promise<SessionRecord> {
    let seen = record;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const moment = { rules: rules.current(), now: clock.now(), ...(uploadBy === undefined ? {} : { uploadBy }) };
      const reserved = await table.update(record, reserveUpdate(seen, room, limits, moment));
      if (reserved !== undefined) return reserved as SessionRecord;
      seen = await sessions.current(record.session_id); // says why when it is over
      if (!fits(seen, room, limits)) seen = await recount(seen);
      if (!fits(seen, room, limits)) throw sessionFull(seen, room, limits);
    }
    throw new AppError("conflict", `Cannot store anything in "${record.session_id}": others keep changing it`);
  }

  /** Gives back what was claimed and not used; with `uploadId` exactly once, however often it is called. */
  async function release(record: SessionRecord, room: Room, uploadId?: string): Promise<void> {
    if (room.bytes <= 0 && room.files <= 0 && uploadId === undefined) return;
    await table.update(record, releaseUpdate(record, room, uploadId));
  }

  /** The upload's own item says by now how it ended: its note beside the counts has done its work. */
  async function forget(record: SessionRecord, uploadId: string): Promise<void> {
    await table.update(record, {
      UpdateExpression: "DELETE settled_uploads :uploads",
      ConditionExpression: "attribute_exists(due_shard)",
      ExpressionAttributeValues: { ":uploads": new Set([uploadId]) },
    });
  }

  /**
   * Counts anew what files and uploads in progress come to; answers the record as it is then. Leaves everything as it
   * is while a request or a new upload may be between its claim and what it is for.
   */
  async function recount(record: SessionRecord): Promise<SessionRecord> {
    const now = clock.now();
    if ((record.requests_claim_until ?? "") > toTimestamp(now)) return record;
    let promised: Room = { bytes: 0, files: 0 };
    for await (const upload of uploads.each(record.session_id)) {
      const isYoung = now.getTime() - Date.parse(upload.created_at) < OPENING_MS;
      if (upload.state === "new" && isYoung) return record;
      const isCounted = upload.state === "done" || record.settled_uploads?.has(upload.upload_id) === true;
      if (!isCounted && upload.state !== "new") promised = addRoom(promised, upload.reserved);
    }
    const held = { bytes: record.total_size_bytes, files: countFiles(record) };
    const changed = await table.update(record, recountUpdate(record, addRoom(held, promised)));
    return changed === undefined ? sessions.current(record.session_id) : (changed as SessionRecord);
  }

  return { limits, reserve, release, forget, recount };
}

export type QuotaStore = ReturnType<typeof createQuotaStore>;
