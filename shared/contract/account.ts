/** What belongs to a user beside one session: receipts, usage, preferences, and clearing it all; operators' view of all. */
import * as z from "zod";
import { platform, receipt } from "./session.ts";
import { itemProblem, metadata, pageOf, pageQuery, sessionId, timestamp, userId } from "./values.ts";

const forUser = userId.optional().meta({ description: "Operators: of this user instead of mine" });

export const listReceiptsQuery = pageQuery.extend({ user_id: forUser });
export const receiptPage = pageOf(receipt);

export const usageQuery = z.strictObject({ user_id: forUser });

const ending = z.object({ session_id: sessionId, expires_at: timestamp });

export const usage = z
  .object({
    user_id: userId,
    sessions: z.object({
      live: z.number().int(),
      limit: z.number().int().nullable().meta({ description: "One more is refused with 429; null where none is set" }),
      keep_newest: z.number().int().meta({ description: "With one more the oldest beyond this number ends" }),
    }),
    files: z.number().int(),
    bytes: z.number(),
    reserved: z
      .object({ files: z.number().int(), bytes: z.number() })
      .meta({ description: "Promised to uploads in progress, beside `files` and `bytes`; counts against the limits" }),
    tables: z.number().int(),
    rows: z.number().int(),
    limits: z.object({
      session_files: z.number().int(),
      session_bytes: z.number(),
      user_bytes: z.number().nullable().meta({ description: "Of all live sessions together; null where none is set" }),
      file_bytes: z.number().meta({ description: "Of one file; larger than an inline upload it comes directly" }),
      inline_upload_bytes: z.number().meta({ description: "Of one upload through the API, and so of one file in it" }),
    }),
    fullest_session: z
      .object({ session_id: sessionId, files: z.number().int(), bytes: z.number() })
      .nullable()
      .meta({ description: "The one nearest to the limits of a session" }),
    next_ending: ending.nullable(),
    complete: z.boolean().meta({ description: "False when there were too many sessions to add up" }),
  })
  .meta({ id: "Usage" });

/** Sessions that are marked or over stand apart: they are nobody's any more and wait for their removal. */
export const stats = z
  .object({
    computed_at: timestamp,
    complete: z
      .boolean()
      .meta({ description: "False when time ran out: the figures are then of the part that was read" }),
    live: z.number().int(),
    awaiting_removal: z.number().int(),
    by_platform: z.record(z.string(), z.number().int()),
    by_status: z.object({ active: z.number().int(), completed: z.number().int(), error: z.number().int() }),
    files: z.number().int(),
    bytes: z.number(),
    tables: z.number().int(),
    rows: z.number().int(),
    oldest: z.object({ session_id: sessionId, user_id: userId, platform, created_at: timestamp }).nullable(),
    ending_soon: z.object({
      within_minutes: z.number().int(),
      count: z.number().int(),
      first: z.array(ending.extend({ user_id: userId, platform })),
    }),
  })
  .meta({ id: "Stats" });

const confirm = z.string().max(128).optional();

export const clearQuery = z.strictObject({
  user_id: forUser,
  all: z.enum(["true", "false"]).optional().meta({ description: "Operators: everyone's" }),
  confirm: confirm.meta({ description: "With `user_id` the same id, with `all=true` the word `everyone`" }),
});

/** What one call ended. `remaining` asks to call again: time or the size of an answer ran out, or some failed. */
export const cleared = z
  .object({
    receipts: z.array(receipt),
    ended: z.number().int(),
    failed: z.array(itemProblem.extend({ session_id: sessionId })),
    remaining: z.boolean(),
  })
  .meta({ id: "Cleared" });

export const evictQuery = z.strictObject({
  confirm: confirm.meta({ description: "The same user id again" }),
});

export const evicted = cleared
  .extend({
    user_id: userId,
    preferences_removed: z.boolean(),
    items_removed: z.number().int().meta({ description: "Items of the user himself, preferences among them" }),
  })
  .meta({ id: "Evicted" });

export const preferences = metadata.meta({ description: "A user's own settings as free JSON, at most 16 KB" });

export type Usage = z.infer<typeof usage>;
export type Stats = z.infer<typeof stats>;
export type Cleared = z.infer<typeof cleared>;
export type Preferences = z.infer<typeof preferences>;
