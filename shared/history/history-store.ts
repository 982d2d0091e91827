import { historyKey, historyRange } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import type { HistoryEntry } from "../contract/history.ts";
import type { Somebody } from "../identity/principal.ts";
import { positionAt } from "../entry-id.ts";
import { newEntryId } from "../ids.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import { type Cleared, clearEntries } from "./clear-entries.ts";
import { readPage, type StoredPage } from "./read-page.ts";
import { toEntry, toItem } from "./stored-entry.ts";

/** What somebody has to say; the rest of the entry is ours. */
export type HistoryDraft = Pick<HistoryEntry, "role" | "content"> &
  Partial<Pick<HistoryEntry, "metadata" | "actor" | "origin">>;

/** Leaves the API time to answer. */
const CLEAR_MS = 20_000;
const CLOCKS_APART_MS = 60_000;

/** One item per entry, never a growing list: an append is one write whatever the history's length. */
export function createHistoryStore(table: Table, clock: Clock, sessions: Pick<SessionStore, "current">) {
  /**
   * Makes an entry of what is said and stores it. `after` is the newest entry that the writer has seen, `callId` names
   * the call that says it, where that may come again.
   */
  async function append(
    sessionId: string,
    draft: HistoryDraft,
    options: { after?: string; entryId?: string; callId?: string } = {},
  ): Promise<HistoryEntry> {
    const now = clock.now();
    const entry: HistoryEntry = {
      entry_id: options.entryId ?? newEntryId(now, options.after),
      role: draft.role,
      // Half of a surrogate pair has no form in UTF-8: better changed here than differently in each answer.
      content: draft.content.toWellFormed(),
      created_at: toTimestamp(now),
      metadata: draft.metadata ?? {},
      origin: draft.origin ?? "cubby",
      ...(draft.actor === undefined ? {} : { actor: draft.actor }),
    };
    await store(sessionId, entry, options.callId);
    return entry;
  }

  /**
   * Stores an entry that is made already; twice is once. One write, and one read that makes sure that the session did
   * not end meanwhile: if it did, the entry is taken back and the caller is told so, 410. Nothing is left under a
   * session that is gone.
   */
  async function store(sessionId: string, entry: HistoryEntry, callId?: string): Promise<void> {
    const item = toItem(sessionId, entry, { now: clock.now(), callId });
    await table.put(item);
    try {
      await sessions.current(sessionId);
    } catch (error) {
      await table.remove(item);
      throw error;
    }
  }

  /** The entry that an earlier try of this call made. */
  async function findMadeBy(sessionId: string, call: { id: string; firstAt: Date }): Promise<HistoryEntry | undefined> {
    const { pk, to } = historyRange(sessionId);
    // Another instance's clock may have been behind ours.
    const from = historyKey(sessionId, positionAt(new Date(call.firstAt.getTime() - CLOCKS_APART_MS))).sk;
    const query = {
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      FilterExpression: "call_id = :call",
      ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": to, ":call": call.id },
      ConsistentRead: true,
    };
    for await (const item of table.queryAll(query)) return toEntry(item);
    return undefined;
  }

  async function has(sessionId: string, entryId: string): Promise<boolean> {
    return (await table.find(historyKey(sessionId, entryId))) !== undefined;
  }

  /** One read: entries behind a position, oldest first, and the session's own item if the page reaches it. */
  function readForward(sessionId: string, { after, limit, ...asker }: After): Promise<StoredPage> {
    return readPage(table, sessionId, { ...asker, start: after, limit: limit + 1, forward: true });
  }

  /** One read: entries before a position, newest first; without one from the end, and then with the session's item. */
  function readBackward(sessionId: string, { before, limit, ...asker }: Before): Promise<StoredPage> {
    if (before === undefined) return readPage(table, sessionId, { ...asker, limit: limit + 1, forward: false });
    return readPage(table, sessionId, { ...asker, start: before, limit, forward: false });
  }

  /**
   * Removes the entries up to and including this one; those appended meanwhile stay. Bounded in time: what is left
   * then is said, and the next call goes on.
   */
  function clear(sessionId: string, newest: string): Promise<Cleared> {
    const until = clock.now().getTime() + CLEAR_MS;
    const range = historyRange(sessionId, newest);
    return clearEntries(table, range, () => clock.now().getTime() > until);
  }

  return { append, store, findMadeBy, has, readForward, readBackward, clear };
}

/** Where reading begins, how much of it, and for whom: a session that is not the asker's does not come along. */
interface After {
  after: string;
  limit: number;
  asker?: Somebody;
}
type Before = Omit<After, "after"> & { before?: string };

export type HistoryStore = ReturnType<typeof createHistoryStore>;
