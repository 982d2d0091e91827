import type { HistoryEntry } from "../../contract/history.ts";
import { AppError } from "../../errors.ts";
import { sessionIdOf, sha256Hex } from "../../ids.ts";
import { entryIds } from "./history-ids.ts";
import type { RawSession } from "./raw-session.ts";
import { type Row, rowSchema } from "./row-schema.ts";
import type { SessionDraft } from "./session-draft.ts";
import { asAttribute, asText, whyNotStorable } from "./storable.ts";

/** What rows get that say nothing themselves. */
export interface RowDefaults {
  platform: string;
  user_id?: string;
}

const keptAsText = ["chat_history", "pending_approval"];

/**
 * One row → what can be stored; throws `invalid_request` that names the field. Knows no clock, so that the same row
 * always has the same id and the same hash.
 */
export function readSession(raw: RawSession, defaults: RowDefaults): SessionDraft {
  if (raw.unreadable !== undefined) throw refused(`Cannot read the row: ${raw.unreadable}`, []);
  for (const [field, value] of Object.entries(raw.fields)) {
    const why = whyNotStorable(value, keptAsText.includes(field) ? asText : asAttribute);
    if (why !== undefined) throw refused(`Cannot take \`${field}\`: it ${why}`, [{ field, message: why }]);
  }
  const parsed = rowSchema.safeParse({ ...defaults, ...raw.fields });
  if (parsed.success) return toDraft(parsed.data);
  const errors = parsed.error.issues.map(({ path, message }) => ({ field: path.map(String).join("."), message }));
  throw refused(`Cannot take \`${errors[0]?.field}\`: it ${errors[0]?.message}`, errors);
}

function toDraft(row: Row): SessionDraft {
  const { style, status, retention, created_by, chat_history, created_at, last_activity, ...same } = row;
  const content = JSON.stringify(row);
  const session_id = row.session_id ?? sessionIdOf(content, new Date(created_at ?? last_activity ?? 0));
  return {
    ...same,
    session_id,
    // A style of its own is how older systems keep it; ours stands in the metadata, and there it counts.
    metadata: style === undefined ? row.metadata : { style, ...row.metadata },
    ...(created_at === undefined ? {} : { created_at }),
    ...(last_activity === undefined ? {} : { last_activity }),
    ...(status === undefined ? {} : { status }),
    ...(retention === undefined ? {} : { retention_wish: retention }),
    ...(created_by === undefined ? {} : { created_by }),
    history: toHistory(session_id, row),
    import_hash: sha256Hex(content),
  };
}

/** Entries without a time have that of the one before them, the first one that of the session. */
function toHistory(sessionId: string, { chat_history, created_at, last_activity }: Row): HistoryEntry[] {
  let before = created_at ?? last_activity;
  const entries = chat_history.map(({ role, content, timestamp, metadata, origin, actor }, index) => {
    const at = timestamp ?? before;
    if (at === undefined) {
      const field = `chat_history.${index}.timestamp`;
      throw refused(`Cannot take \`${field}\`: it is missing, and the session has no time either`, [
        { field, message: "is missing" },
      ]);
    }
    before = at;
    const said = { role, content, created_at: at, metadata: metadata ?? {}, origin: origin ?? ("client" as const) };
    return { ...said, ...(actor ? { actor } : {}) };
  });
  const ids = entryIds(sessionId, entries);
  return entries.map((entry, index) => ({ entry_id: ids[index] ?? "", ...entry }));
}

/** One row of the answer: so many problems, and so much of each. */
const MAX_ERRORS = 3;
const MAX_MESSAGE = 300;

function refused(message: string, errors: { field: string; message: string }[]): AppError {
  const short = errors.slice(0, MAX_ERRORS).map((error) => ({
    field: error.field.slice(0, MAX_MESSAGE),
    message: error.message.slice(0, MAX_MESSAGE),
  }));
  return new AppError("invalid_request", message.slice(0, MAX_MESSAGE), { details: { errors: short } });
}
