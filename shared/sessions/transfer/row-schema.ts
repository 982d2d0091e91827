/** What the fields of an imported session must be. Wider than a request: files come from systems that are not ours. */
import * as z from "zod";
import { toTimestamp } from "../../clock.ts";
import { actor } from "../../contract/actor.ts";
import { pendingApproval } from "../../contract/approval.ts";
import { historyRole, MAX_CONTENT_BYTES } from "../../contract/history.ts";
import * as routes from "../../contract/routes.ts";
import { platform, retention, sessionStatus } from "../../contract/session.ts";
import { metadata } from "../../contract/values.ts";
import { parseTime } from "./parse-time.ts";

/** Words that stand where an id would: a session of this name could not be asked for. */
const reserved = new Set(
  Object.values(routes).flatMap(({ path }) => /^\/v1\/sessions\/(\w+)$/.exec(path)?.slice(1, 2) ?? []),
);

/** Safe in keys, paths and URLs as it stands. */
const importedId = z
  .string("must be text")
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/, "must be 1-64 letters, digits, `_`, `-` or `.`, the first not a `.`")
  .refine((id) => !reserved.has(id), "is a word of this API");

/** No `#`: keys are put together with it. */
const importedUserId = z
  .string("is missing, and there is no `default_user_id`")
  .regex(/^[^#\p{Cc}]{1,256}$/u, "must be 1-256 characters, none of them `#` or a control character");

const time = z.union([z.string(), z.number()], "must be a time").transform((value, context) => {
  const parsed = parseTime(value);
  if (parsed !== undefined) return toTimestamp(parsed);
  context.addIssue({
    code: "custom",
    message: `must be a time as ISO 8601 or since 1970, not "${String(value).slice(0, 40)}"`,
  });
  return z.NEVER;
});

const chatEntry = z.object({
  role: historyRole,
  content: z.string().refine((text) => Buffer.byteLength(text) <= MAX_CONTENT_BYTES, "may be at most 256 KB"),
  timestamp: time.nullish(),
  metadata: metadata.nullish(),
  origin: z.enum(["client", "cubby"]).nullish(),
  actor: actor.nullish(),
});

/** An older system's empty thread is none. */
const threadId = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().max(256))
  .transform((thread) => (thread === "" ? null : thread));

export const rowSchema = z.object({
  session_id: importedId.optional(),
  user_id: importedUserId,
  platform,
  thread_id: threadId.default(null),
  created_at: time.optional(),
  last_activity: time.optional(),
  pending_approval: pendingApproval.nullable().default(null),
  metadata: metadata.default({}),
  style: z.json().optional(),
  status: sessionStatus.exclude(["deleting"]).optional(),
  retention: retention.optional(),
  created_by: actor.optional(),
  chat_history: z.array(chatEntry).default([]),
});

export type Row = z.infer<typeof rowSchema>;
