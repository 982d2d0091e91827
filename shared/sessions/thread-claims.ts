/**
 * Who makes the session of a thread. Of many calls at once that find no live session of (user, platform, thread), one
 * puts the claim `USER#<user>` / `THREAD#<platform>#<thread>` and then the session whose id stands in it; the others
 * wait for that session. A claim is no list: which session is the thread's is asked of the sessions themselves.
 *
 * A claim whose session is over, has moved to another thread or never appeared is taken over on the condition that it
 * is still the one that was seen.
 */
import { setTimeout as delay } from "node:timers/promises";
import { threadKey } from "../aws/item-keys.ts";
import type { Item, Table } from "../aws/table.ts";
import { type Clock, toEpochSeconds, toTimestamp } from "../clock.ts";
import { AppError } from "../errors.ts";
import { endOf, isOver } from "./retention.ts";
import type { RulesSource } from "./rules-source.ts";
import { isTombstone, type SessionRecord } from "./session-record.ts";
import type { SessionStore } from "./session-store.ts";

export interface Thread {
  userId: string;
  platform: string;
  threadId: string | null;
}

interface ThreadClaim extends Item {
  session_id: string;
  claimed_at: string;
  ttl: number;
}

/** Longer than any healthy call needs between its claim and its session. */
const APPEARS_WITHIN_MS = 10_000;
/** A claim that outlives its session harms nobody, so it may live as long as a session can, and a little longer. */
const TTL_GRACE_SECONDS = 2 * 24 * 3600;
const MAX_ROUNDS = 200;

export function createThreadClaims(deps: { table: Table; sessions: SessionStore; clock: Clock; rules: RulesSource }) {
  const { table, sessions, clock, rules } = deps;

  /** Claims the thread for this new session; answers the live session of the thread when there is one after all. */
  async function claim(thread: Thread, sessionId: string): Promise<SessionRecord | undefined> {
    const key = threadKey(thread.userId, thread.platform, thread.threadId);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (await put(thread, sessionId, undefined)) return undefined;
      const seen = (await table.find(key)) as ThreadClaim | undefined;
      if (seen === undefined) continue; // its session ended this very moment
      const standing = await standingOf(thread, seen);
      if (typeof standing === "object") return standing;
      // An earlier try of the same call: it died before it made the session, which is ours to make.
      if (seen.session_id === sessionId) return undefined;
      if (standing === "void" && (await put(thread, sessionId, seen))) return undefined;
      await delay(20 + Math.random() * 60);
    }
    throw new AppError("unavailable", "Cannot open the session of this thread now: others keep opening and ending it");
  }

  /** The live session behind a claim; `awaited` while its maker may still be on its way; else the claim is void. */
  async function standingOf(thread: Thread, seen: ThreadClaim): Promise<SessionRecord | "awaited" | "void"> {
    const stored = await sessions.findStored(seen.session_id);
    if (stored === undefined) {
      return clock.now().getTime() - Date.parse(seen.claimed_at) < APPEARS_WITHIN_MS ? "awaited" : "void";
    }
    if (isTombstone(stored) || stored.status === "deleting") return "void";
    return !isOver(stored, rules.current(), clock.now()) && isOfThread(stored, thread) ? stored : "void";
  }

  function put(thread: Thread, sessionId: string, seen: ThreadClaim | undefined): Promise<boolean> {
    const now = clock.now();
    const latest = { platform: thread.platform, created_at: toTimestamp(now), last_activity: LAST_MOMENT };
    const item: ThreadClaim = {
      ...threadKey(thread.userId, thread.platform, thread.threadId),
      session_id: sessionId,
      claimed_at: toTimestamp(now),
      ttl: toEpochSeconds(endOf(latest, rules.current()).at) + TTL_GRACE_SECONDS,
    };
    if (seen === undefined) return table.put(item, { ConditionExpression: "attribute_not_exists(pk)" });
    return table.put(item, {
      ConditionExpression: "session_id = :seen",
      ExpressionAttributeValues: { ":seen": seen.session_id },
    });
  }

  /**
   * Whether the claim still points to this session. For a maker that was slow: others may have given it up for dead
   * and made another session meanwhile.
   */
  async function holds(thread: Thread, sessionId: string): Promise<boolean> {
    const claimed = await table.find(threadKey(thread.userId, thread.platform, thread.threadId));
    return claimed?.session_id === sessionId;
  }

  return { claim, holds };
}

export type ThreadClaims = ReturnType<typeof createThreadClaims>;

/** A maker that needed longer than this asks whether its claim still holds. */
export const slowMakerMs = APPEARS_WITHIN_MS / 2;

/** Later than every end by age: what a session that is used all the time has. */
const LAST_MOMENT = "9999-12-31T23:59:59.999Z";

export function isOfThread(record: SessionRecord, { platform, threadId }: Omit<Thread, "userId">): boolean {
  return record.platform === platform && record.thread_id === threadId;
}
