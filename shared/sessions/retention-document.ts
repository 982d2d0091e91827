/**
 * Where a stage's rules come from: the defaults of the design, over them the environment, over that one document that
 * operators edit while the service runs. Every field of the document is optional; platforms are merged one by one.
 */
import * as z from "zod";
import { ENV, type Environment, positiveNumber } from "../config.ts";
import { LONGEST_AGE_DAYS, LONGEST_AGE_HOURS } from "../lifetime.ts";
import type { RetentionRules } from "./retention.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
/** Ten years: far beyond any rule, and small enough for every date that is computed from it. */
const MAX_MINUTES = 10 * 366 * DAY;

const minutesByPlatform = (most: number) =>
  z.record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/), z.number().positive().max(most));
const count = z.number().int().positive();

/** The document as operators write it. */
export const retentionDocument = z.strictObject({
  idle_minutes: minutesByPlatform(MAX_MINUTES).optional(),
  max_age_minutes: minutesByPlatform(LONGEST_AGE_DAYS * DAY).optional(),
  keep_newest: count.optional(),
  max_live_sessions: count.nullable().optional(),
  cache_hours: z
    .number()
    .positive()
    .max(MAX_MINUTES / HOUR)
    .optional(),
  user_bytes: count.nullable().optional(),
});

export type RetentionDocument = z.infer<typeof retentionDocument>;

/**
 * What holds without a document. Bots' conversations go quiet and end; a page in a browser is left open over lunch.
 * Throws, by name, when a variable is not a number or beyond what is possible.
 */
export function readRetentionRules(env: Environment): RetentionRules {
  const maxLive = positiveNumber(env, ENV.maxLiveSessions, Number.POSITIVE_INFINITY);
  const userMib = positiveNumber(env, ENV.maxUserSizeMb, Number.POSITIVE_INFINITY);
  return {
    idleMinutes: { default: HOUR, web: positiveNumber(env, ENV.sessionTimeoutHours, 24) * HOUR },
    maxAgeMinutes: { default: positiveNumber(env, ENV.maxAgeHours, 7 * 24, LONGEST_AGE_HOURS) * HOUR },
    keepNewest: atLeastOne(positiveNumber(env, ENV.maxSessions, 10)),
    maxLiveSessions: maxLive === Number.POSITIVE_INFINITY ? null : atLeastOne(maxLive),
    cacheHours: positiveNumber(env, ENV.cacheMaxAgeHours, 48),
    userBytes: userMib === Number.POSITIVE_INFINITY ? null : atLeastOne(userMib * 1024 * 1024),
  };
}

/** Keeping the newest 0.5 sessions would end the one that is just being made. */
function atLeastOne(value: number): number {
  return Math.max(1, Math.floor(value));
}

/** Text → document; throws an error that names every field that is wrong. */
export function parseRetentionDocument(text: string): RetentionDocument {
  const parsed = retentionDocument.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`Cannot use the retention document: ${parsed.error.issues.flatMap(toSentences).join("; ")}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`Cannot use the retention document: it is not JSON (${(error as Error).message})`);
  }
}

function toSentences(issue: z.core.$ZodIssue): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${[...issue.path, key].join(".")} is not a known field`);
  }
  return [`${issue.path.length === 0 ? "it" : issue.path.join(".")}: ${issue.message}`];
}

/** The rules with the document laid over them. */
export function overlay(rules: RetentionRules, document: RetentionDocument): RetentionRules {
  return {
    idleMinutes: { ...rules.idleMinutes, ...document.idle_minutes },
    maxAgeMinutes: { ...rules.maxAgeMinutes, ...document.max_age_minutes },
    keepNewest: document.keep_newest ?? rules.keepNewest,
    maxLiveSessions: document.max_live_sessions === undefined ? rules.maxLiveSessions : document.max_live_sessions,
    cacheHours: document.cache_hours ?? rules.cacheHours,
    userBytes: document.user_bytes === undefined ? rules.userBytes : document.user_bytes,
  };
}
