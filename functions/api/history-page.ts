/**
 * The three ways to read a history: a list forwards, a list backwards, and what came since. Each decides access on
 * the session's item that comes with the entries; only where a page ends before that item is it read by itself.
 */
import type { HistoryEntry, HistoryPage } from "../../shared/contract/history.ts";
import { BEGINNING } from "../../shared/entry-id.ts";
import { AppError } from "../../shared/errors.ts";
import type { StoredPage } from "../../shared/history/read-page.ts";
import { advance, type Since } from "../../shared/history/since.ts";
import { parseSince, sinceBeginning, toSinceToken } from "../../shared/history/since-token.ts";
import type { Somebody } from "../../shared/identity/principal.ts";
import { parseCursor, toCursor } from "./cursor.ts";
import type { ApiDeps } from "./deps.ts";

export interface HistoryRead {
  deps: ApiDeps;
  principal: Somebody;
  sessionId: string;
  limit: number;
}

/** Pages of entries that were all delivered already, for which one poll reads on before it answers "nothing yet". */
const MAX_POLL_READS = 4;

/** Oldest first. */
export async function listForward(read: HistoryRead, cursor: string | undefined): Promise<HistoryPage> {
  const { deps, sessionId, limit } = read;
  const position = parseCursor(cursor, ["after"])?.after ?? BEGINNING;
  const page = await deps.history.readForward(sessionId, { after: position, limit, asker: read.principal });
  await admit(read, page);
  const { data, last, hasMore } = cut(page, limit);
  const since = position === BEGINNING ? sinceBeginning : { settled: position, delivered: [] };
  return {
    data,
    next_cursor: toCursor(hasMore ? { after: last } : undefined),
    next_since: toSinceToken(pass(read, since, data, hasMore)),
  };
}

/** Newest first. Only the first page knows what is the newest, so only there can polling begin. */
export async function listBackward(read: HistoryRead, cursor: string | undefined): Promise<HistoryPage> {
  const { deps, sessionId, limit } = read;
  const before = parseCursor(cursor, ["before"])?.before;
  const options = { limit: limit + 1, asker: read.principal, ...(before === undefined ? {} : { before }) };
  const page = await deps.history.readBackward(sessionId, options);
  await admit(read, page);
  const { data, last, hasMore } = cut(page, limit);
  const oldestFirst = data.toReversed();
  // What is older than this page belongs to the pages behind it.
  const since = hasMore ? { settled: oldestFirst[0]?.entry_id ?? BEGINNING, delivered: [] } : sinceBeginning;
  return {
    data,
    next_cursor: toCursor(hasMore ? { before: last } : undefined),
    next_since: before === undefined ? toSinceToken(pass(read, since, oldestFirst, false)) : null,
  };
}

/** What came after `since`, each entry once. */
export async function listSince(read: HistoryRead, text: string): Promise<HistoryPage> {
  let since = toSince(text);
  for (let reads = 1; ; reads++) {
    const limit = read.limit + since.delivered.length;
    const page = await read.deps.history.readForward(read.sessionId, {
      after: since.settled,
      limit,
      asker: read.principal,
    });
    await admit(read, page);
    const found = { ids: page.entries.map((entry) => entry.entry_id), complete: page.complete };
    const step = advance(since, found, { limit: read.limit, now: read.deps.clock.now() });
    since = step.next;
    if (step.deliver.length === 0 && step.more && reads < MAX_POLL_READS) continue;
    const delivered = new Set(step.deliver);
    const data = page.entries.filter((entry) => delivered.has(entry.entry_id));
    const token = toSinceToken(since);
    return { data, next_cursor: step.more ? token : null, next_since: token };
  }
}

async function admit({ deps, principal, sessionId }: HistoryRead, page: StoredPage): Promise<void> {
  const stored = page.session ?? (await deps.sessions.findStored(sessionId, principal));
  deps.sessions.admit(principal, sessionId, stored);
}

/** Reads ask for one entry more than the page shall have: that tells whether another page follows. */
function cut({ entries, complete }: StoredPage, limit: number) {
  const data = entries.slice(0, limit);
  return { data, last: data.at(-1)?.entry_id, hasMore: entries.length > limit || !complete };
}

/** The `since` of somebody who has just read these entries, whatever their number. */
function pass({ deps, limit }: HistoryRead, since: Since, read: readonly HistoryEntry[], hasMore: boolean): Since {
  const found = { ids: read.map((entry) => entry.entry_id), complete: !hasMore };
  return advance(since, found, { limit, now: deps.clock.now() }).next;
}

function toSince(text: string): Since {
  const since = parseSince(text);
  if (since !== undefined) return since;
  const message = "must be `next_since` of an earlier answer, an entry_id, or an RFC 3339 time";
  throw new AppError("invalid_request", `Cannot read the query: \`since\` ${message}`, {
    details: { errors: [{ field: "since", in: "query", message }] },
  });
}
