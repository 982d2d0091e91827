import { setTimeout as delay } from "node:timers/promises";
import { type ItemKey, sessionKey } from "../aws/item-keys.ts";
import type { Item, Table } from "../aws/table.ts";
import type { Clock } from "../clock.ts";
import type { SessionPatch, SessionRequest } from "../contract/session.ts";
import { AppError } from "../errors.ts";
import type { FileDelta } from "../files/file-record.ts";
import { mayUseSession } from "../identity/access.ts";
import type { Somebody } from "../identity/principal.ts";
import { assertLive, notFound } from "./assert-live.ts";
import { createSessionLists } from "./session-lists.ts";
import { type NewSession, newSessionRecord } from "./new-session.ts";
import { ownerFilter } from "./owner-filter.ts";
import { isLive } from "./retention.ts";
import { assertReadable } from "./stored-format.ts";
import type { RulesSource } from "./rules-source.ts";
import { isForgotten, isTombstone, type SessionRecord, type StoredSession } from "./session-record.ts";
import {
  type FilesNote,
  isTouchDue,
  type Moment,
  noteFilesUpdate,
  patchUpdate,
  touchUpdate,
  type Update,
} from "./session-updates.ts";

export interface SessionStoreDeps {
  table: Table;
  clock: Clock;
  rules: RulesSource;
}

/** In each round at least one of the writers that overtake each other is done; a hundred at once settle by this. */
const MAX_ROUNDS = 40;

export function createSessionStore({ table, clock, rules }: SessionStoreDeps) {
  const moment = (): Moment => ({ rules: rules.current(), now: clock.now() });

  /** Stores a new session: one write. */
  async function create(owner: NewSession, request: Omit<SessionRequest, "reuse">): Promise<SessionRecord> {
    const record = newSessionRecord(owner, request, moment());
    const stored = await table.put(record, { ConditionExpression: "attribute_not_exists(pk)" });
    if (!stored) throw new Error(`Cannot create "${owner.sessionId}": the id is taken`);
    return record;
  }

  /**
   * Whatever stands under the id, without any check of expiry; not a tombstone that had its week. What is not the
   * asker's is not found; Cubby's own functions ask in nobody's name.
   */
  async function findStored(sessionId: string, asker?: Somebody): Promise<StoredSession | undefined> {
    const key = sessionKey(sessionId);
    const stored = (await (asker === undefined ? table.find(key) : findOwned(key, asker))) as StoredSession | undefined;
    if (stored !== undefined) assertReadable(stored);
    return stored === undefined || isForgotten(stored, clock.now()) ? undefined : stored;
  }

  async function findOwned({ pk, sk }: ItemKey, asker: Somebody): Promise<Item | undefined> {
    const { filter, values } = ownerFilter(asker);
    const page = await table.queryPage({
      KeyConditionExpression: "pk = :pk AND sk = :sk",
      ...filter,
      ExpressionAttributeValues: { ":pk": pk, ":sk": sk, ...values },
      ConsistentRead: true,
    });
    return page.items[0];
  }

  /**
   * The live session. 404 when it does not exist or is somebody else's (the two look the same from outside),
   * 410 with when and why once it is over.
   */
  async function get(principal: Somebody, sessionId: string): Promise<SessionRecord> {
    return admit(principal, sessionId, await findStored(sessionId, principal));
  }

  /** What `get` decides, for a record that somebody else has read already. */
  function admit(principal: Somebody, sessionId: string, stored: StoredSession | undefined): SessionRecord {
    const isKnown = stored !== undefined && !isForgotten(stored, clock.now());
    if (!isKnown || !mayUseSession(principal, ownership(stored))) throw notFound(sessionId);
    assertReadable(stored);
    assertLive(stored, moment());
    return stored;
  }

  /** Notes activity, at most once a minute; the record as it is now. 410 when the session ended meanwhile. */
  async function touch(record: SessionRecord): Promise<SessionRecord> {
    if (!isTouchDue(record, moment())) return record;
    return change(record, (seen) => touchUpdate(seen, moment()));
  }

  /**
   * Counts files that came or went, notes the activity and, with `convert`, asks for a conversion: one write. Throws
   * 410 when the session ended meanwhile; the caller then takes back what it stored.
   */
  async function noteFiles(
    record: SessionRecord,
    deltas: readonly FileDelta[],
    note: FilesNote,
  ): Promise<SessionRecord> {
    const isNoted = (seen: SessionRecord) => note.settles !== undefined && seen.settled_uploads?.has(note.settles);
    return change(record, (seen) => (isNoted(seen) ? undefined : noteFilesUpdate(seen, deltas, note, moment())));
  }

  /** Applies the owner's changes to the revision that was seen. 412 when another change came first. */
  async function patch(record: SessionRecord, patched: SessionPatch): Promise<SessionRecord> {
    return change(record, (seen) => {
      if (seen.revision === record.revision) return patchUpdate(seen, patched, moment());
      throw new AppError("precondition_failed", `Cannot change "${record.session_id}": it was changed meanwhile`);
    });
  }

  /**
   * Makes a conditional update from the record that was seen, and from the one that is there when it did not hold;
   * without an update there is nothing left to do.
   */
  async function change(
    record: SessionRecord,
    toUpdate: (seen: SessionRecord) => Update | undefined,
  ): Promise<SessionRecord> {
    let seen = record;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const update = toUpdate(seen);
      if (update === undefined) return seen;
      const updated = await table.update(record, update);
      if (updated !== undefined) return updated as SessionRecord;
      // Those that come at the same instant would come so again.
      if (round > 1) await delay(Math.random() * 10 * Math.min(round, 10));
      seen = await current(record.session_id); // says why when it is over
    }
    throw new AppError("conflict", `Cannot change "${record.session_id}": others keep changing it`);
  }

  /** The session as it is now; undefined when there is none or it is over. */
  async function findLive(sessionId: string): Promise<SessionRecord | undefined> {
    const stored = await findStored(sessionId);
    return stored === undefined || isTombstone(stored) || !isLive(stored, rules.current(), clock.now())
      ? undefined
      : stored;
  }

  /** The session as it is now; 410 or 404 when it is over. For callers whose access was already decided. */
  async function current(sessionId: string): Promise<SessionRecord> {
    const stored = await findStored(sessionId);
    if (stored === undefined) throw notFound(sessionId);
    assertLive(stored, moment());
    return stored;
  }

  return {
    ...createSessionLists({ table, clock, rules }),
    create,
    findStored,
    get,
    admit,
    findLive,
    touch,
    noteFiles,
    patch,
    change,
    current,
  };
}

export type SessionStore = ReturnType<typeof createSessionStore>;

/** Who owned it, also once it is gone. */
export function ownership(stored: StoredSession) {
  const userId = isTombstone(stored) ? stored.owner_user_id : stored.user_id;
  return { session_id: stored.session_id, user_id: userId };
}
