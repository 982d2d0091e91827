import * as contract from "../../../shared/contract/routes.ts";
import { answer } from "../answer.ts";
import { parseCursor, toCursor } from "../cursor.ts";

/** `GET /v1/sessions/{session_id}/history` */
export const listHistory = answer(contract.listHistory, async ({ params, query, principal, deps }) => {
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const after = parseCursor(query.cursor, ["entry_id"])?.entry_id;
  const { entries, next } = await deps.history.list(session_id, query.limit, after);
  return { body: { data: entries, next_cursor: toCursor(next === undefined ? undefined : { entry_id: next }) } };
});

/** `POST /v1/sessions/{session_id}/history` */
export const appendHistory = answer(contract.appendHistory, async ({ params, body, principal, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  await deps.sessions.touch(record);
  const entry = { role: body.role, content: body.content, ...(body.metadata ? { metadata: body.metadata } : {}) };
  return { body: await deps.history.append(record.session_id, entry) };
});
