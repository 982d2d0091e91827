/** The one action of a session that waits for a person's yes or no. */
import * as z from "zod";
import { actor } from "./actor.ts";
import { jsonUpTo } from "./json.ts";
import { timestamp } from "./values.ts";

const MAX_WORDS = 4096;

const type = z.string().min(1).max(64).meta({ description: "What kind of approval; a word of your own" });
const toolName = z.string().min(1).max(256).meta({ description: "The tool that waits" });
const toolCallId = z.string().min(1).max(256).meta({ description: "The call that waits, as the model names it" });
const description = z.string().max(MAX_WORDS).meta({ description: "What a person reads before deciding" });
const comment = z.string().max(MAX_WORDS).meta({ description: "Why, in the words of whoever decided" });
const approvalId = z.uuid().meta({ description: "Names one approval for good; made by Cubby" });

export const decision = z.enum(["approved", "rejected"]);

export const setApprovalRequest = z
  .strictObject({
    type: type.default("tool_call"),
    tool_name: toolName,
    tool_call_id: toolCallId.optional(),
    args: jsonUpTo(32).default({}).meta({ description: "Any JSON, at most 32 KB" }),
    description: description.optional(),
    expires_at: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: "When it is too late to decide; 15 minutes from now unless said, never beyond 7 days" }),
    expires_in_seconds: z.number().int().min(1).optional().meta({ description: "The same, counted from now" }),
  })
  .refine((request) => request.expires_at === undefined || request.expires_in_seconds === undefined, {
    error: "cannot stand beside expires_at",
    path: ["expires_in_seconds"],
  })
  .meta({ id: "SetApproval" });

/** What was asked, the same before and after the decision. */
const asked = z.object({
  approval_id: approvalId,
  type,
  tool_name: toolName,
  tool_call_id: toolCallId.nullable(),
  description: description.nullable(),
  requested_at: timestamp,
  requested_by: actor,
  expires_at: timestamp,
});

export const pendingApproval = asked
  .extend({ status: z.literal("pending"), args: z.json() })
  .meta({ id: "PendingApproval" });

export const endedApproval = asked
  .extend({
    status: z.enum(["approved", "rejected", "withdrawn", "expired"]),
    decision: decision.nullable().meta({ description: "null where nobody decided: withdrawn or expired" }),
    decided_at: timestamp.meta({ description: "When it ended, however it ended" }),
    decided_by: actor,
    comment: comment.nullable(),
  })
  .meta({ id: "EndedApproval" });

export const decideApprovalRequest = z
  .strictObject({
    decision: decision.meta({ description: "Counts once: whoever comes too late is told 409 and who decided what" }),
    comment: comment.optional(),
    approval_id: approvalId.optional().meta({
      description: "The approval that the person saw. Send it: without it the decision is for the one that is pending",
    }),
  })
  .meta({ id: "DecideApproval" });

const eventFacts = z.object({
  approval_id: approvalId,
  approval_type: type,
  tool_name: toolName,
  tool_call_id: toolCallId.optional(),
});
const endingFacts = eventFacts.extend({ decided_at: timestamp, comment: comment.optional() });

/** The metadata of the history entries that tell of approvals; who took the step is the entry's actor. */
export const approvalEvent = z
  .discriminatedUnion("type", [
    eventFacts.extend({ type: z.literal("approval_requested"), expires_at: timestamp, args: z.json() }),
    endingFacts.extend({ type: z.literal("approval_decided"), decision }),
    endingFacts.extend({ type: z.literal("approval_withdrawn") }),
    endingFacts.extend({ type: z.literal("approval_expired") }),
  ])
  .meta({ id: "ApprovalEvent" });

export type SetApprovalRequest = z.infer<typeof setApprovalRequest>;
export type DecideApprovalRequest = z.infer<typeof decideApprovalRequest>;
export type PendingApproval = z.infer<typeof pendingApproval>;
export type ApprovalEvent = z.infer<typeof approvalEvent>;
export type EndedApproval = z.infer<typeof endedApproval>;
