/** When a session ends. Pure rules; `session-store.ts` and the sweep act on them. */
import { ENV, type Environment, positiveNumber } from "../config.ts";
import type { Retention } from "../contract/session.ts";

export interface RetentionRules {
  /** Idle minutes by platform; `default` for the platforms that are not named. */
  idleMinutes: Record<string, number> & { default: number };
  maxAgeMinutes: number;
  /** Newest sessions per user that stay. */
  keepNewest: number;
}

const HOUR = 60;
const DAY = 24 * HOUR;

/** Bots' conversations go quiet and end; a page in a browser is left open over lunch. */
export function readRetentionRules(env: Environment): RetentionRules {
  return {
    idleMinutes: { default: HOUR, web: positiveNumber(env, ENV.sessionTimeoutHours, 24) * HOUR },
    maxAgeMinutes: 7 * DAY,
    keepNewest: Math.floor(positiveNumber(env, ENV.maxSessions, 10)),
  };
}

/** What holds for one session: its own wish, never longer than the rules allow. */
export function effectiveRetention(rules: RetentionRules, platform: string, wish: Retention = {}) {
  const idle = Object.hasOwn(rules.idleMinutes, platform) ? rules.idleMinutes[platform] : undefined;
  return {
    idle_minutes: Math.min(wish.idle_minutes ?? Number.POSITIVE_INFINITY, idle ?? rules.idleMinutes.default),
    max_age_minutes: Math.min(wish.max_age_minutes ?? Number.POSITIVE_INFINITY, rules.maxAgeMinutes),
  };
}

/** The first moment at which the session is over. */
export function expiryOf(
  retention: { idle_minutes: number; max_age_minutes: number },
  createdAt: Date,
  lastActivity: Date,
): Date {
  const idle = lastActivity.getTime() + retention.idle_minutes * 60_000;
  const age = createdAt.getTime() + retention.max_age_minutes * 60_000;
  return new Date(Math.min(idle, age));
}

/** Why a session that is over ended. */
export function expiryReason(
  retention: { max_age_minutes: number },
  createdAt: string,
  expiresAt: string,
): "idle" | "max_age" {
  return Date.parse(expiresAt) >= Date.parse(createdAt) + retention.max_age_minutes * 60_000 ? "max_age" : "idle";
}
