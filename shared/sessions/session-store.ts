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
import { type EveryonePage, listEveryone } from "./list-everyone.ts";
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
const MAX_LIST_PAGES = 10;
const MAX_LISTED = 1000;
/** Behind the first page of a list come sessions that are over and not swept yet. */
const LIST_AGAIN = 100;

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

  /** Live sessions of one user, newest first; one query as long as few of them are over or unwanted. */
  async function list(
    userId: string,
    limit: number,
    start?: ListPosition,
    isWanted: (record: SessionRecord) => boolean = () => true,
  ): Promise<ListPage> {
    const sessions: SessionRecord[] = [];
    let position = start;
    for (let page = 0; page < MAX_LIST_PAGES; page++) {
      const answer = await queryByUser(userId, page === 0 ? limit + 1 : LIST_AGAIN, position);
      const now = clock.now();
      sessions.push(
        ...(answer.items as SessionRecord[]).filter(
          (record) => isLive(record, rules.current(), now) && isWanted(record),
        ),
      );
      if (sessions.length > limit) return { sessions: sessions.slice(0, limit), next: positionOf(sessions[limit - 1]) };
      if (answer.last === undefined) return { sessions, next: undefined };
      position = toPosition(answer.last);
    }
    return { sessions, next: position };
  }

  /** Everyone's live sessions; undefined when `from` is no text of ours. */
  async function listEveryones(
    limit: number,
    from: string | undefined,
    isWanted: (record: SessionRecord) => boolean,
  ): Promise<EveryonePage | undefined> {
    const now = clock.now();
    const wanted = (record: SessionRecord) => isLive(record, rules.current(), now) && isWanted(record);
    return listEveryone(table, { limit, isWanted: wanted, ...(from === undefined ? {} : { from }) });
  }

  /**
   * All live sessions of one user, newest first: one query for a hundred. Whoever has thousands (an operator's import,
   * say) is not read to the end; the sweep ends the rest by and by.
   */
  async function listAll(userId: string): Promise<SessionRecord[]> {
    const found: SessionRecord[] = [];
    let position: ListPosition | undefined;
    do {
      const page = await queryByUser(userId, LIST_AGAIN, position);
      const now = clock.now();
      found.push(...(page.items as SessionRecord[]).filter((record) => isLive(record, rules.current(), now)));
      position = page.last === undefined ? undefined : toPosition(page.last);
    } while (position !== undefined && found.length < MAX_LISTED);
    return found;
  }

  function queryByUser(userId: string, limit: number, position: ListPosition | undefined) {
    return table.queryPage({
      IndexName: "by_user",
      KeyConditionExpression: "user_id = :user",
      ExpressionAttributeValues: { ":user": userId },
      ScanIndexForward: false,
      Limit: limit,
      ...(position === undefined ? {} : { ExclusiveStartKey: { ...position, sk: "META", user_id: userId } }),
    });
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
    create,
    findStored,
    get,
    admit,
    findLive,
    list,
    listEveryones,
    listAll,
    touch,
    noteFiles,
    patch,
    change,
    current,
  };
}

export type SessionStore = ReturnType<typeof createSessionStore>;

export interface ListPosition {
  created_at: string;
  pk: string;
}

interface ListPage {
  sessions: SessionRecord[];
  next: ListPosition | undefined;
}

function toPosition(last: Record<string, unknown>): ListPosition {
  return { created_at: String(last.created_at), pk: String(last.pk) };
}

function positionOf(record: SessionRecord | undefined): ListPosition | undefined {
  return record === undefined ? undefined : { created_at: record.created_at, pk: record.pk };
}

/** Who owned it, also once it is gone. */
export function ownership(stored: StoredSession) {
  const userId = isTombstone(stored) ? stored.owner_user_id : stored.user_id;
  return { session_id: stored.session_id, user_id: userId };
}
