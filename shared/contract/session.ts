import * as z from "zod";
import { actor } from "./actor.ts";
import { pendingApproval } from "./approval.ts";
import { pageOf, pageQuery, recordMetadata, sessionId, timestamp, userId } from "./values.ts";

export const sessionStatus = z.enum(["active", "completed", "error", "deleting"]);

export const platform = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, "must be 1-32 lower-case letters, digits, `_` or `-`")
  .meta({ description: "Where the conversation happens: web, telegram, discord, api, or a word of your own" });

const threadId = z.string().min(1).max(256).meta({ description: "The conversation's id on its platform" });

/** What a session may ask for instead of the stage's rules; clamped to them. */
const RETENTION = "When it is to end; never later than the stage's own rules";

export const retention = z.strictObject({
  idle_minutes: z.number().int().min(1).optional().meta({ description: "It ends so long after its last use" }),
  max_age_minutes: z
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: "It ends so long after it was made, used or not" }),
});

const style = z
  .string()
  .min(1)
  .max(100)
  .meta({ description: "How the conversation is held, in a word of the caller's own; kept as given" });

export const databasePointer = z.object({
  version: z.number().int().meta({ description: "Published version, 0 while there is none" }),
  tables: z.number().int(),
});

export const session = z
  .object({
    session_id: sessionId,
    user_id: z.string().meta({ description: "Whose session it is, also where a service acts for him" }),
    created_by: actor,
    platform,
    thread_id: z.string().nullable(),
    style: z.string().nullable(),
    status: sessionStatus,
    created_at: timestamp,
    last_activity: timestamp.meta({ description: "Its newest change or use; every change of its files moves it" }),
    expires_at: timestamp,
    seconds_left: z.number().int().meta({ description: "Until expires_at, as of this answer" }),
    pending_approval: pendingApproval
      .nullable()
      .meta({ description: "What waits for a yes or no; null once it is late" }),
    metadata: z.record(z.string(), z.json()),
    retention: z
      .object({
        idle_minutes: z.number().meta({ description: "It ends so long after its last use" }),
        max_age_minutes: z.number().meta({ description: "It ends so long after it was made, used or not" }),
      })
      .meta({ description: "What holds for it now: its own wishes within the stage's rules" }),
    file_counts: z.record(z.string(), z.number()).meta({
      description:
        "Files by folder: what came in, what Cubby wrote (the summary of the tables), every piece of a log. Not the " +
        "database, packed archives, cached answers, or uploads in progress",
      example: { uploads: 2, workspace: 1 },
    }),
    total_size_bytes: z.number().meta({ description: "Bytes of the files that are counted" }),
    database: databasePointer,
    revision: z.number().int(),
  })
  .meta({ id: "Session" });

export const createSessionRequest = z
  .strictObject({
    platform: platform.default("api"),
    thread_id: threadId.nullable().optional(),
    style: style.nullable().optional(),
    metadata: recordMetadata.optional(),
    retention: retention.optional().meta({ description: RETENTION }),
    reuse: z
      .boolean()
      .default(false)
      .meta({ description: "Answer the live session of this user, platform and thread if there is one" }),
  })
  .meta({ id: "CreateSession" });

export const createdSession = session.extend({
  session_token: z
    .string()
    .optional()
    .meta({ description: "Guests only, answered once: the bearer token of this session" }),
});

export const patchSessionRequest = z.strictObject({
  status: z.enum(["active", "completed", "error"]).optional().meta({
    description: "How the conversation stands, as its owner sees it; the session ends by its rules all the same",
  }),
  thread_id: threadId.nullable().optional(),
  style: style.nullable().optional(),
  metadata: recordMetadata.optional(),
  retention: retention.optional().meta({ description: RETENTION }),
});

export const listSessionsQuery = pageQuery.extend({
  user_id: userId.optional().meta({ description: "Operators: of this user; without it of everyone" }),
  platform: platform.optional(),
  status: z.enum(["active", "completed", "error"]).optional().meta({ description: "Only sessions of this status" }),
});
export const sessionPage = pageOf(session);

/** The rule by which a session ended: its owner's wish, retention, an operator's hand, or DynamoDB's own clock. */
export const endingReason = z.enum(["deleted", "cleared", "evicted", "idle", "max_age", "keep_newest", "ttl"]);

/** What a removed session leaves for seven days. */
export const receipt = z
  .object({
    session_id: sessionId,
    reason: endingReason,
    ended_by: actor.optional().meta({ description: "Who ended it, where somebody did; absent where a rule did" }),
    deleted_at: timestamp,
    objects: z.number().int(),
    bytes: z.number().int(),
    items: z.number().int(),
    tables: z.number().int(),
  })
  .meta({ id: "Receipt" });

export type Session = z.infer<typeof session>;
export type SessionRequest = z.infer<typeof createSessionRequest>;
export type SessionPatch = z.infer<typeof patchSessionRequest>;
export type Retention = z.infer<typeof retention>;
export type Receipt = z.infer<typeof receipt>;
export type EndingReason = z.infer<typeof endingReason>;
export type { Actor } from "./actor.ts";
