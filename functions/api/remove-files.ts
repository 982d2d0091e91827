import type { Actor } from "../../shared/contract/actor.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import type { Removal } from "../../shared/files/file-removal.ts";
import { deletedEvent, moreDeletedEvent } from "../../shared/history/events.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { convertNow } from "./convert-now.ts";
import type { ApiDeps } from "./deps.ts";

/** Entries of their own in the history; an upload of many has as many. */
const MAX_SINGLE_ENTRIES = 25;

/** Who removes what from where. */
export interface RemovalOrder {
  session: SessionRecord;
  records: readonly FileRecord[];
  actor: Actor;
  requestId: string;
}

/**
 * Takes files out of a session: one result each, then one write for its counts, its history, and one conversion that
 * takes their tables away. Only what really went is counted.
 */
export async function removeFiles(deps: ApiDeps, order: RemovalOrder): Promise<Removal[]> {
  const { session, records } = order;
  const removals = await deps.files.removeAll(session.session_id, records);
  const deleted = removals.filter((removal) => removal.status === "deleted");
  if (deleted.length === 0) return removals;
  const gone = deleted.flatMap(({ record, also }) => (also === undefined ? [record] : [record, also]));
  const deltas = gone.map(({ folder, size_bytes }) => ({ folder, files: -1, bytes: -size_bytes }));
  const convert = deleted.some((removal) => removal.needsConversion);
  await deps.sessions.noteFiles(session, deltas, { convert });
  await tell(
    deps,
    order,
    deleted.map(({ record }) => record),
  );
  if (convert) await convertNow(deps, session.session_id, order.requestId);
  return removals;
}

async function tell(deps: ApiDeps, { session, actor }: RemovalOrder, records: readonly FileRecord[]): Promise<void> {
  const single = records.slice(0, MAX_SINGLE_ENTRIES);
  const rest = records.slice(MAX_SINGLE_ENTRIES);
  const append = (draft: ReturnType<typeof deletedEvent>) => deps.history.append(session.session_id, draft);
  await Promise.all(single.map((record) => append(deletedEvent(record, actor))));
  if (rest.length > 0) await append(moreDeletedEvent(rest, actor));
}
