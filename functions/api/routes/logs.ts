import * as contract from "../../../shared/contract/routes.ts";
import { MAX_APPEND_BYTES } from "../../../shared/contract/log.ts";
import { fileHref } from "../../../shared/contract/file-address.ts";
import { AppError, isAppError } from "../../../shared/errors.ts";
import { parseLogName, pieceNumber } from "../../../shared/files/logs/log-names.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import type { FileRecord } from "../../../shared/files/file-record.ts";
import { answer, type Reply } from "../answer.ts";
import { assertIntact, readBody } from "../body.ts";
import { parseCursor, toCursor } from "../cursor.ts";
import { noteOrDiscard } from "../intake.ts";
import { madeBefore } from "../keyed-call.ts";

/** Lambda answers with 6 MiB of JSON at most; room is left for the headers. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** `POST /v1/sessions/{session_id}/logs/{name}` */
export const appendLog = answer(contract.appendLog, async ({ params, principal, request, deps, keyed }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const { session_id } = session;
  const name = parseLogName(params.name ?? "");
  const body = await readBody(request, MAX_APPEND_BYTES);
  assertIntact(request, body);
  assertText(name, body);
  const made = await madeBefore(keyed, ({ id }) => deps.files.findMadeBy(session_id, "logs", id));
  if (made !== undefined) return toReply(session_id, name, made);
  const reserved = { bytes: body.byteLength, files: 1 };
  await deps.quota.reserve(session, reserved);
  const stored = await deps.logs
    .append(session_id, name, { body, uploadedBy: actorOf(principal), callId: keyed?.id })
    .catch(async (error: unknown) => {
      await deps.quota.release(session, reserved);
      throw error;
    });
  await noteOrDiscard(deps, session, { records: [stored.record], deltas: [stored.delta], reserved }).catch(
    async (error: unknown) => {
      // Only then: a number that is given twice would overwrite what was appended under it.
      if (isAppError(error, "session_expired", "session_not_found")) await deps.logs.forget(session_id, name);
      throw error;
    },
  );
  return toReply(session_id, name, stored.record);
});

function toReply(sessionId: string, name: string, piece: FileRecord): Reply {
  const { size_bytes, path } = piece;
  return {
    status: 201,
    body: { name, number: pieceNumber(name, piece.name), size_bytes, href: fileHref(sessionId, path) },
  };
}

/** Logs are read back joined as text: half a character at a seam would be lost, bytes of another kind too. */
function assertText(name: string, body: Uint8Array): void {
  const why = body.byteLength === 0 ? "there is nothing to append" : undefined;
  try {
    if (why === undefined) new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new AppError("invalid_request", `Cannot append to the log "${name}": the text is not UTF-8`, { cause });
  }
  if (why !== undefined) throw new AppError("invalid_request", `Cannot append to the log "${name}": ${why}`);
}

/** `GET /v1/sessions/{session_id}/logs` */
export const listLogs = answer(contract.listLogs, async ({ params, query, principal, deps }) => {
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const after = parseCursor(query.cursor, ["name"])?.name;
  const options = { limit: query.limit, ...(after === undefined ? {} : { after }) };
  const { logs, next } = await deps.logs.list(session_id, options);
  return { body: { data: logs, next_cursor: toCursor(next === undefined ? undefined : { name: next }) } };
});

/** `GET /v1/sessions/{session_id}/logs/{name}` */
export const readLog = answer(contract.readLog, async ({ params, query, principal, deps }) => {
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const name = parseLogName(params.name ?? "");
  const read = await deps.logs.read(session_id, name, { since: query.since, maxBytes: MAX_ANSWER_BYTES });
  if (read === undefined) throw new AppError("log_not_found", `Cannot find the log "${name}" in this session`);
  const headers = new Headers({
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "cubby-next-since": String(read.nextSince),
  });
  if (read.hasMore) {
    const path = `/v1/sessions/${session_id}/logs/${encodeURIComponent(name)}`;
    headers.set("link", `<${path}?since=${read.nextSince}>; rel="next"`);
  }
  return new Response(read.text, { headers });
});
