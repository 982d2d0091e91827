import type { HistoryPage } from "../../../shared/contract/history.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { AppError } from "../../../shared/errors.ts";
import type { HistoryDraft } from "../../../shared/history/history-store.ts";
import { isSinceToken } from "../../../shared/history/since-token.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import { answer } from "../answer.ts";
import { etagOf, isKnown } from "../history-etag.ts";
import { type HistoryRead, listBackward, listForward, listSince } from "../history-page.ts";
import { madeBefore } from "../keyed-call.ts";
import { notModified } from "../preconditions.ts";

/** `GET /v1/sessions/{session_id}/history`: an unchanged poll is one read of the table and answers 304. */
export const listHistory = answer(contract.listHistory, async ({ params, query, principal, request, deps }) => {
  const read = { deps, principal, sessionId: params.session_id ?? "", limit: query.limit };
  const page = await readAsAsked(read, query);
  const etag = etagOf(page);
  return isKnown(request, page) ? notModified(etag) : { body: page, headers: { etag } };
});

interface Asked {
  order?: "asc" | "desc" | undefined;
  cursor?: string | undefined;
  since?: string | undefined;
}

/** A cursor goes on with the list that made it: in a list by `since` it is the next `since`. */
function readAsAsked(read: HistoryRead, { order, cursor, since }: Asked): Promise<HistoryPage> {
  if (order === "desc" && since !== undefined) {
    throw new AppError("invalid_request", "Cannot answer `since` in the order `desc`: it is for reading on");
  }
  if (cursor !== undefined && isSinceToken(cursor)) return listSince(read, cursor);
  if (since !== undefined) return listSince(read, since);
  return order === "desc" ? listBackward(read, cursor) : listForward(read, cursor);
}

/** `POST /v1/sessions/{session_id}/history` */
export const appendHistory = answer(contract.appendHistory, async ({ params, body, principal, deps, keyed }) => {
  const sessionId = params.session_id ?? "";
  // One read brings the session and its newest entry: the new one comes after it, whatever this instance's clock says.
  const { session, entries } = await deps.history.readBackward(sessionId, { limit: 1, asker: principal });
  const record = deps.sessions.admit(principal, sessionId, session);
  const made = await madeBefore(keyed, (call) => deps.history.findMadeBy(sessionId, call));
  if (made !== undefined) return { body: made };
  await deps.sessions.touch(record);
  const draft: HistoryDraft = {
    role: body.role,
    content: body.content,
    origin: "client",
    actor: actorOf(principal),
    ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
  };
  const newest = entries[0]?.entry_id;
  const options = {
    ...(newest === undefined ? {} : { after: newest }),
    ...(keyed === undefined ? {} : { callId: keyed.id }),
  };
  return { body: await deps.history.append(sessionId, draft, options) };
});

/** `DELETE /v1/sessions/{session_id}/history`: what the history holds at this moment goes, what is appended later stays. */
export const clearHistory = answer(contract.clearHistory, async ({ params, principal, deps }) => {
  const sessionId = params.session_id ?? "";
  const { session, entries } = await deps.history.readBackward(sessionId, { limit: 1, asker: principal });
  const record = deps.sessions.admit(principal, sessionId, session);
  await deps.sessions.touch(record);
  const newest = entries[0]?.entry_id;
  const cleared = newest === undefined ? { removed: 0, complete: true } : await deps.history.clear(sessionId, newest);
  return { body: { session_id: sessionId, ...cleared } };
});
