/** Answers kept by (query, mode) within a session, for 48 hours unless the stage says otherwise. */
import * as z from "zod";
import { timestamp } from "./values.ts";

/** Compared as they are: no trimming, no case folding, no Unicode form. */
const pair = {
  query: z.string().meta({ description: "What was asked" }),
  mode: z.string().meta({ description: "How it was looked into: `deep`, say" }),
};

export const cacheLookup = z.strictObject(pair).meta({
  id: "CacheLookup",
  description: "The exact pair: another letter, case, space or Unicode form is another question",
});

export const cacheStore = z
  .strictObject({ ...pair, result: z.unknown().meta({ description: "Any JSON value" }) })
  .refine((body) => body.result !== undefined, { error: "is missing: any JSON value will do", path: ["result"] })
  .meta({
    id: "CacheStore",
    description:
      "At most 4 MiB; the result comes back exactly as it was sent. A session may store 1 GB and 10,000 results a " +
      "day. What is cached is no file: it stands in no list and counts neither in `file_counts` nor in `total_size_bytes`",
  });

export const cacheClear = z
  .strictObject({ query: pair.query.optional(), mode: pair.mode.optional() })
  .refine(({ query, mode }) => (query === undefined) === (mode === undefined), {
    error: "needs both `query` and `mode`, or neither for all that is cached",
  })
  .meta({ id: "CacheClear" });

const age = z.number().int().meta({ description: "Whole seconds since it was stored" });

export const cacheAnswer = z
  .object({
    hit: z.boolean(),
    state: z.enum(["hit", "miss", "expired"]).meta({
      description: "`expired`: there was an answer, and its time is over. That it was is forgotten some time later",
    }),
    age_seconds: age.optional(),
    stored_at: timestamp.optional(),
    expires_at: timestamp.optional().meta({ description: "Its own end, or the session's where that is earlier" }),
    result: z.unknown().optional().meta({ description: "Only of a hit" }),
  })
  .meta({ id: "CacheAnswer" });

export const cacheStored = z
  .object({ stored_at: timestamp, expires_at: timestamp, size_bytes: z.number().int() })
  .meta({ id: "CacheStored" });

export const cacheCleared = z
  .object({
    removed: z.number().int().meta({ description: "Answers that are gone, expired ones included" }),
    complete: z.boolean().meta({ description: "False when there were too many for one call: call again" }),
  })
  .meta({ id: "CacheCleared" });
