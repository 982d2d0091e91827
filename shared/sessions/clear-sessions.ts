/**
 * Ends many sessions within one request: several at a time, for as long as there is time and room in the answer.
 * Whatever is cut off is found by the next call; what was marked and not finished, by the sweep too.
 */
import { setTimeout as delay } from "node:timers/promises";
import pMap from "p-map";
import type { Cleared } from "../contract/account.ts";
import type { Actor, EndingReason } from "../contract/session.ts";
import { type EndSessionDeps, endSession } from "./end-session.ts";
import { endOf, isOver } from "./retention.ts";
import type { RulesSource } from "./rules-source.ts";
import type { SessionRecord } from "./session-record.ts";

export interface ClearLimits {
  /** No further session is begun after this time. */
  beginMs: number;
  /** The answer leaves at this time, whatever is still being removed. */
  answerMs: number;
  /** Receipts in one answer. */
  sessions: number;
}

/** API Gateway waits 30 s; a receipt is about 300 bytes, and an answer may have 6 MiB. */
export const defaultClearLimits: ClearLimits = { beginMs: 15_000, answerMs: 20_000, sessions: 1000 };

export interface Clearing {
  reason: EndingReason;
  by: Actor;
  limits: ClearLimits;
  /** Told of each session that could not be ended; answers what the caller learns of it. */
  toFailure(sessionId: string, error: unknown): Cleared["failed"][number];
}

export type ClearDeps = EndSessionDeps & { rules: RulesSource };

/** Sessions in hand at a time: each costs a handful of requests, and one with many files many. */
const CONCURRENCY = 8;

/** Ends these sessions, and answers a receipt for each. One that fails never keeps the others alive. */
export async function clearSessions(
  deps: ClearDeps,
  sessions: AsyncIterable<SessionRecord>,
  clearing: Clearing,
): Promise<Cleared> {
  const { limits } = clearing;
  const cleared: Omit<Cleared, "ended"> = { receipts: [], failed: [], remaining: false };
  const endOne = async (record: SessionRecord) => {
    try {
      const receipt = await endByRule(deps, record, clearing);
      if (receipt !== undefined) cleared.receipts.push(receipt);
    } catch (error) {
      cleared.failed.push(clearing.toFailure(record.session_id, error));
    }
  };
  const cut = () => {
    cleared.remaining = true;
  };
  await atMost(limits.answerMs, pMap(within(sessions, limits, cut), endOne, { concurrency: CONCURRENCY }), cut);
  // Copies: what still runs goes on writing into the others.
  const receipts = [...cleared.receipts];
  const failed = [...cleared.failed];
  return { receipts, ended: receipts.length, failed, remaining: cleared.remaining || failed.length > 0 };
}

/** A session that was over already ended by its rule and not by whoever clears up. */
function endByRule(deps: ClearDeps, record: SessionRecord, { reason, by }: Clearing) {
  const rules = deps.rules.current();
  if (isOver(record, rules, deps.clock.now())) return endSession(deps, record, endOf(record, rules).reason);
  return endSession(deps, record, reason, { by });
}

/** The sessions that may still be begun. */
async function* within(sessions: AsyncIterable<SessionRecord>, limits: ClearLimits, cut: () => void) {
  const started = performance.now();
  let begun = 0;
  for await (const session of sessions) {
    if (begun >= limits.sessions || performance.now() - started >= limits.beginMs) return cut();
    begun++;
    yield session;
  }
}

/** Waits for the work, or for so long. */
async function atMost(milliseconds: number, work: Promise<unknown>, late: () => void): Promise<void> {
  const timer = new AbortController();
  const timeout = delay(milliseconds, true, { signal: timer.signal }).catch(() => false);
  try {
    if ((await Promise.race([work, timeout])) === true) late();
  } finally {
    timer.abort();
    work.catch(() => undefined); // too late to tell anybody
  }
}
