/** When a session ends. Pure rules; `session-store.ts` and the sweep act on them. */
import type { Retention } from "../contract/session.ts";
import { isOfLaterVersion } from "./stored-format.ts";

/** Minutes by platform; `default` for the platforms that are not named. */
export type MinutesByPlatform = Readonly<Record<string, number>> & { readonly default: number };

/** The rules of a stage as they hold now. */
export interface RetentionRules {
  readonly idleMinutes: MinutesByPlatform;
  readonly maxAgeMinutes: MinutesByPlatform;
  /** Newest sessions per user that stay. */
  readonly keepNewest: number;
  /** Live sessions that a user may have before the next one is refused; null where the stage sets no limit. */
  readonly maxLiveSessions: number | null;
  readonly cacheHours: number;
  /** Bytes that a user's live sessions may hold together; null where the stage sets no limit. */
  readonly userBytes: number | null;
}

/** What a session's end depends on, beside the rules. */
export interface Lifetime {
  platform: string;
  created_at: string;
  last_activity: string;
  /** What the session asked for; absent where it asked for nothing. */
  retention_wish?: Retention;
}

/** What holds for one session: its own wish, never longer than the rules allow. */
export function effectiveRetention(rules: RetentionRules, platform: string, wish: Retention = {}) {
  return {
    idle_minutes: Math.min(wish.idle_minutes ?? Number.POSITIVE_INFINITY, minutesFor(rules.idleMinutes, platform)),
    max_age_minutes: Math.min(
      wish.max_age_minutes ?? Number.POSITIVE_INFINITY,
      minutesFor(rules.maxAgeMinutes, platform),
    ),
  };
}

/** A platform may be called like something that every object has: own properties only. */
function minutesFor(minutes: MinutesByPlatform, platform: string): number {
  return (Object.hasOwn(minutes, platform) ? minutes[platform] : undefined) ?? minutes.default;
}

/** The first moment at which the session is over, and why. */
export function endOf(session: Lifetime, rules: RetentionRules): { at: Date; reason: "idle" | "max_age" } {
  const retention = effectiveRetention(rules, session.platform, session.retention_wish);
  const idle = Date.parse(session.last_activity) + retention.idle_minutes * 60_000;
  const age = Date.parse(session.created_at) + retention.max_age_minutes * 60_000;
  return idle < age ? { at: new Date(idle), reason: "idle" } : { at: new Date(age), reason: "max_age" };
}

/** True from the first moment on, whatever the sweep has done so far and whatever the record says of its end. */
export function isOver(session: Lifetime, rules: RetentionRules, now: Date): boolean {
  return endOf(session, rules).at.getTime() <= now.getTime();
}

/** Neither over nor being deleted, nor beyond this version: what its owner can still see. */
export function isLive(
  session: Lifetime & { status: string; stored_format?: number },
  rules: RetentionRules,
  now: Date,
): boolean {
  return !isOfLaterVersion(session) && session.status !== "deleting" && !isOver(session, rules, now);
}

/** Whole seconds until the session is over. */
export function secondsLeft(session: Lifetime, rules: RetentionRules, now: Date): number {
  return Math.max(0, Math.floor((endOf(session, rules).at.getTime() - now.getTime()) / 1000));
}

/**
 * The same question for a condition on stored items: the session is live while its `last_activity` is later than
 * `idle` and its `created_at` later than `age`.
 */
export function cutoffsOf(session: Lifetime, rules: RetentionRules, now: Date): { idle: Date; age: Date } {
  const retention = effectiveRetention(rules, session.platform, session.retention_wish);
  return {
    idle: new Date(now.getTime() - retention.idle_minutes * 60_000),
    age: new Date(now.getTime() - retention.max_age_minutes * 60_000),
  };
}
