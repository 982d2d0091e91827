import * as contract from "../../../shared/contract/routes.ts";
import type { TableLink } from "../../../shared/contract/table.ts";
import { AppError } from "../../../shared/errors.ts";
import { answer } from "../answer.ts";
import { mediaTypeOf } from "../ask-query.ts";
import { parseCursor, toCursor } from "../cursor.ts";
import { exportTable, exportTag } from "../export-table.ts";
import { isUnchanged, notModified, quoteEtag } from "../preconditions.ts";
import { signDownload } from "../sign-download.ts";

/** `GET /v1/sessions/{session_id}/tables` */
export const listTables = answer(contract.listTables, async ({ params, query, principal, deps }) => {
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const after = parseCursor(query.cursor, ["name"])?.name;
  const { tables, next } = await deps.tables.list(session_id, query.limit, after);
  return { body: { data: tables, next_cursor: toCursor(next === undefined ? undefined : { name: next }) } };
});

/**
 * `GET /v1/sessions/{session_id}/tables/{name}`. With `format` the table is a file: an HTTP API cannot stream, so it is
 * made in the bucket, once per version of the database, and the caller is sent there.
 */
export const getTable = answer(contract.getTable, async ({ params, query, principal, request, deps }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const name = params.name ?? "";
  const table = await deps.tables.find(session.session_id, name);
  if (table === undefined) throw new AppError("table_not_found", `Cannot find a table "${name}" in this session`);
  if (query.format === undefined) return { body: table };
  const safeForSpreadsheets = query.safe_for_spreadsheets === "true";
  const order = { name: table.name, format: query.format, safeForSpreadsheets, signal: request.signal };
  const etag = quoteEtag(exportTag(session, order));
  if (isUnchanged(request, etag)) return notModified(etag);
  const { key, sizeBytes } = await exportTable(deps, session, order);
  const download = { key, name: `${table.name}.${order.format}`, contentType: mediaTypeOf(order.format) };
  const link = await signDownload(deps, download, await deps.sessions.touch(session));
  const headers = { etag, "cache-control": "no-store" };
  if (query.redirect === "true")
    return new Response(null, { status: 302, headers: { ...headers, location: link.url } });
  return Response.json({ ...link, size_bytes: sizeBytes, format: order.format } satisfies TableLink, {
    headers,
  });
});
