import * as contract from "../../../shared/contract/routes.ts";
import { AppError } from "../../../shared/errors.ts";
import { mayUseSession, userInQuestion } from "../../../shared/identity/access.ts";
import { actorOf, type Somebody } from "../../../shared/identity/principal.ts";
import { notFound } from "../../../shared/sessions/assert-live.ts";
import { endSession, endSessionOf } from "../../../shared/sessions/end-session.ts";
import { isTombstone, type SessionRecord, toSession, versionOf } from "../../../shared/sessions/session-record.ts";
import { ownership } from "../../../shared/sessions/session-store.ts";
import { answer, type Reply } from "../answer.ts";
import { invalidCursor, parseCursor, toCursor } from "../cursor.ts";
import type { ApiDeps } from "../deps.ts";
import { openSession } from "../open-session.ts";
import { assertMatches, isUnchanged, notModified, quoteEtag } from "../preconditions.ts";

/** `POST /v1/sessions` */
export const createSession = answer(contract.createSession, async ({ body, principal, deps, keyed }) => {
  const { record, token, created } = await openSession(deps, principal, body, keyed);
  const reply = toReply(deps, record);
  const session = { ...(reply.body as object), ...(token === undefined ? {} : { session_token: token }) };
  return { ...reply, status: created ? 201 : 200, body: session };
});

/** `GET /v1/sessions`: mine, or for operators one user's or everyone's. */
export const listSessions = answer(contract.listSessions, async ({ query, principal, deps }) => {
  const { user_id, platform, status, limit, cursor } = query;
  const isWanted = (record: SessionRecord) =>
    (platform === undefined || record.platform === platform) && (status === undefined || record.status === status);
  const now = deps.clock.now();
  const toPage = (sessions: readonly SessionRecord[], next: object | undefined) => ({
    body: { data: sessions.map((record) => toSession(record, deps.rules.current(), now)), next_cursor: toCursor(next) },
  });
  if (principal.kind === "operator" && user_id === undefined) {
    const page = await deps.sessions.listEveryones(limit, parseCursor(cursor, ["shards"])?.shards, isWanted);
    if (page === undefined) throw invalidCursor();
    return toPage(page.sessions, page.next === undefined ? undefined : { shards: page.next });
  }
  const position = parseCursor(cursor, ["created_at", "pk"]);
  const userId = userInQuestion(principal, user_id);
  const { sessions, next } = await deps.sessions.list(userId, limit, position, isWanted);
  return toPage(sessions, next);
});

/** Sessions that may have ended within the moment that the index is behind. */
const MAX_ENDED_JUST_NOW = 20;

/** `GET /v1/sessions/current`: the index names them, and each says itself whether it still lives. */
export const currentSession = answer(contract.currentSession, async ({ principal, deps }) => {
  const { sessions } = await deps.sessions.list(principal.userId, MAX_ENDED_JUST_NOW);
  for (const { session_id } of sessions) {
    const live = await deps.sessions.findLive(session_id);
    if (live !== undefined) return toReply(deps, live);
  }
  throw new AppError("session_not_found", "Cannot find a live session of yours");
});

/** `GET /v1/sessions/{session_id}` */
export const getSession = answer(contract.getSession, async ({ params, principal, request, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const etag = quoteEtag(versionOf(record, deps.clock.now()));
  return isUnchanged(request, etag) ? notModified(etag) : toReply(deps, record);
});

/** `PATCH /v1/sessions/{session_id}` */
export const patchSession = answer(contract.patchSession, async ({ params, body, principal, request, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  assertMatches(request, quoteEtag(versionOf(record, deps.clock.now())));
  return toReply(deps, await deps.sessions.patch(record, body));
});

/** `DELETE /v1/sessions/{session_id}`: again answers the same receipt. */
export const deleteSession = answer(contract.deleteSession, async ({ params, principal, request, deps }) => ({
  body: await endOwn(deps, principal, params.session_id ?? "", request),
}));

/** `POST /v1/sessions/{session_id}/touch` */
export const touchSession = answer(contract.touchSession, async ({ params, principal, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  return toReply(deps, await deps.sessions.touch(record));
});

/** Ends a session that the caller owns, live or over, and answers its receipt. */
export async function endOwn(deps: ApiDeps, principal: Somebody, sessionId: string, request: Request) {
  const by = actorOf(principal);
  if (principal.kind !== "operator" && !request.headers.has("if-match")) {
    const owned = { sessionId, userId: principal.userId };
    const receipt = await endSessionOf(deps, owned, "deleted", by);
    if (receipt !== undefined) return receipt;
  }
  const stored = await deps.sessions.findStored(sessionId, principal);
  if (stored === undefined || !mayUseSession(principal, ownership(stored))) throw notFound(sessionId);
  if (isTombstone(stored)) return stored.receipt;
  assertMatches(request, quoteEtag(versionOf(stored, deps.clock.now())));
  const receipt = await endSession(deps, stored, "deleted", { by });
  if (receipt === undefined) throw notFound(sessionId);
  return receipt;
}

function toReply(deps: ApiDeps, record: SessionRecord): Reply {
  return {
    body: toSession(record, deps.rules.current(), deps.clock.now()),
    headers: { etag: quoteEtag(versionOf(record, deps.clock.now())) },
  };
}
