/** What the history says about each step of an approval. Made once, with the step itself, so that it can be written twice. */
import type { EndedApproval } from "../contract/approval.ts";
import type { HistoryEntry } from "../contract/history.ts";
import { newEntryId } from "../ids.ts";
import type { StoredApproval } from "./approval-record.ts";
import type { Change } from "./approval-rules.ts";

/** The entries of one change, in the order of what happened. */
export function toEntries({ ends, begins }: Change, now: Date): HistoryEntry[] {
  return [
    ...(ends === undefined ? [] : [endedEntry(ends, now)]),
    ...(begins === undefined ? [] : [requestedEntry(begins, now)]),
  ];
}

function requestedEntry(asked: StoredApproval, now: Date): HistoryEntry {
  return {
    ...newEntry(now),
    content: withWords(`Asked for approval of ${asked.tool_name}`, asked.description),
    // As text: what a table's item can hold is less than what JSON can say.
    metadata: {
      type: "approval_requested",
      ...factsOf(asked),
      args_json: asked.args_json,
      expires_at: asked.expires_at,
    },
    actor: asked.requested_by,
  };
}

const verbs = {
  approved: { type: "approval_decided", says: "Approved" },
  rejected: { type: "approval_decided", says: "Rejected" },
  withdrawn: { type: "approval_withdrawn", says: "Withdrew" },
  expired: { type: "approval_expired", says: "Nobody decided in time on" },
} as const;

function endedEntry(ended: EndedApproval, now: Date): HistoryEntry {
  const { decision, decided_at, comment } = ended;
  const { type, says } = verbs[ended.status];
  return {
    ...newEntry(now),
    content: withWords(`${says} ${ended.tool_name}`, comment),
    metadata: {
      type,
      ...factsOf(ended),
      decided_at,
      ...(decision === null ? {} : { decision }),
      ...(comment === null ? {} : { comment }),
    },
    actor: ended.decided_by,
  };
}

function newEntry(now: Date): Pick<HistoryEntry, "entry_id" | "role" | "created_at" | "origin"> {
  return { entry_id: newEntryId(now), role: "event", created_at: now.toISOString(), origin: "cubby" };
}

function factsOf({ approval_id, type, tool_name, tool_call_id }: Omit<StoredApproval, "args_json">) {
  return { approval_id, approval_type: type, tool_name, ...(tool_call_id === null ? {} : { tool_call_id }) };
}

function withWords(text: string, words: string | null): string {
  return words === null || words === "" ? text : `${text}: ${words}`;
}
