/** What the history says about each step of an approval: made once, with the step itself, so that it can be written twice. */
import type { EndedApproval } from "../contract/approval.ts";
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
  const facts = { type: "approval_requested", ...factsOf(asked), expires_at, args: JSON.parse(args_json) };
  const content = withWords(`Asked for approval of ${asked.tool_name}`, description);
  return { ...toEntry(content, facts, asked.requested_by, now), entry_id: newEntryId(now) };
}

const steps = {
  approved: { type: "approval_decided", says: "Approved" },
  rejected: { type: "approval_decided", says: "Rejected" },
  withdrawn: { type: "approval_withdrawn", says: "Withdrew the request for approval of" },
  expired: { type: "approval_expired", says: "Nobody decided in time on" },
} as const;

function endedEntry(ended: EndedApproval, requestId: string | undefined, now: Date): OutboxEntry {
  const { decision, decided_at, comment } = ended;
  const { type, says } = steps[ended.status];
  const facts = { type, ...factsOf(ended), decision, decided_at, comment };
  const content = withWords(`${says} ${ended.tool_name}`, comment);
  // Another process asked, whose clock may be ahead of ours: the end still comes behind the request.
  return { ...toEntry(content, facts, ended.decided_by, now), entry_id: newEntryId(now, requestId) };
}

function toEntry(
  content: string,
  facts: Record<string, unknown>,
  actor: Actor,
  now: Date,
): Omit<OutboxEntry, "entry_id"> {
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
  return {
    role: "event",
    content: content.toWellFormed(),
    created_at: now.toISOString(),
    metadata_json: JSON.stringify(known),
    origin: "cubby",
    actor,
  };
}

function factsOf({ approval_id, type, tool_name, tool_call_id }: NewApproval | EndedApproval) {
  return { approval_id, approval_type: type, tool_name, tool_call_id };
}

function withWords(text: string, words: string | null): string {
  return words === null || words === "" ? text : `${text}: ${words}`;
}
