/** What the history says about each step of an approval: made once, with the step itself, so that it can be written twice. */
import type { ApprovalEvent, EndedApproval } from "../contract/approval.ts";
import type { HistoryEntry } from "../contract/history.ts";
import type { Actor } from "../contract/session.ts";
import { newEntryId } from "../ids.ts";
import type { NewApproval, OutboxEntry, StoredApproval } from "./approval-record.ts";
import type { Change } from "./approval-rules.ts";

/** A change together with the history entries that tell of it, in the order of what happened. */
export interface Step extends Omit<Change, "begins"> {
  begins?: StoredApproval;
  entries: OutboxEntry[];
}

export function toStep({ sees, ends, begins }: Change, now: Date): Step {
  const step: Step = { sees, entries: [] };
  if (ends !== undefined) {
    step.ends = ends;
    step.entries.push(endedEntry(ends, sees?.entry_id, now));
  }
  if (begins !== undefined) {
    const entry = requestedEntry(begins, now);
    step.begins = { ...begins, entry_id: entry.entry_id };
    step.entries.push(entry);
  }
  return step;
}

export function toHistoryEntry({ metadata_json, ...entry }: OutboxEntry): HistoryEntry {
  return { ...entry, metadata: JSON.parse(metadata_json) };
}

function requestedEntry(asked: NewApproval, now: Date): OutboxEntry {
  const { description, expires_at, args_json } = asked;
  const facts = { type: "approval_requested", ...factsOf(asked), expires_at, args: JSON.parse(args_json) } as const;
  const content = withWords(`Asked for approval of ${asked.tool_name}`, description);
  return { ...toEntry(content, facts, asked.requested_by, now), entry_id: newEntryId(now) };
}

const says = {
  approved: "Approved",
  rejected: "Rejected",
  withdrawn: "Withdrew the request for approval of",
  expired: "Nobody decided in time on",
} as const;

function endedEntry(ended: EndedApproval, requestId: string | undefined, now: Date): OutboxEntry {
  const content = withWords(`${says[ended.status]} ${ended.tool_name}`, ended.comment);
  // Another process asked, whose clock may be ahead of ours: the end still comes behind the request.
  return { ...toEntry(content, endingFacts(ended), ended.decided_by, now), entry_id: newEntryId(now, requestId) };
}

function endingFacts(ended: EndedApproval): ApprovalEvent {
  const { status, decision, decided_at, comment } = ended;
  const facts = { ...factsOf(ended), decided_at, ...(comment === null ? {} : { comment }) };
  if (decision !== null) return { type: "approval_decided", ...facts, decision };
  return { type: status === "expired" ? "approval_expired" : "approval_withdrawn", ...facts };
}

function toEntry(content: string, facts: ApprovalEvent, actor: Actor, now: Date): Omit<OutboxEntry, "entry_id"> {
  return {
    role: "event",
    content: content.toWellFormed(),
    created_at: now.toISOString(),
    metadata_json: JSON.stringify(facts),
    origin: "cubby",
    actor,
  };
}

function factsOf({ approval_id, type, tool_name, tool_call_id }: NewApproval | EndedApproval) {
  return { approval_id, approval_type: type, tool_name, ...(tool_call_id === null ? {} : { tool_call_id }) };
}

function withWords(text: string, words: string | null): string {
  return words === null || words === "" ? text : `${text}: ${words}`;
}
