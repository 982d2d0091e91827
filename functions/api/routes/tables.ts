import * as contract from "../../../shared/contract/routes.ts";
import { AppError } from "../../../shared/errors.ts";
import { answer } from "../answer.ts";
import { parseCursor, toCursor } from "../cursor.ts";

/** `GET /v1/sessions/{session_id}/tables` */
export const listTables = answer(contract.listTables, async ({ params, query, principal, deps }) => {
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const after = parseCursor(query.cursor, ["name"])?.name;
  const { tables, next } = await deps.tables.list(session_id, query.limit, after);
  return { body: { data: tables, next_cursor: toCursor(next === undefined ? undefined : { name: next }) } };
});

/** `GET /v1/sessions/{session_id}/tables/{name}` */
export const getTable = answer(contract.getTable, async ({ params, principal, deps }) => {
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const name = params.name ?? "";
  const table = await deps.tables.find(session_id, name);
  if (table === undefined) throw new AppError("table_not_found", `Cannot find a table "${name}" in this session`);
  return { body: table };
});
