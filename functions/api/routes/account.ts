/** Receipts of what ended, and figures of what lives. */
import * as contract from "../../../shared/contract/routes.ts";
import { toTimestamp } from "../../../shared/clock.ts";
import { AppError } from "../../../shared/errors.ts";
import { mayUseSession, userInQuestion } from "../../../shared/identity/access.ts";
import { endOf, isOver } from "../../../shared/sessions/retention.ts";
import { isTombstone, type SessionRecord } from "../../../shared/sessions/session-record.ts";
import { ownership } from "../../../shared/sessions/session-store.ts";
import { toUsage } from "../../../shared/sessions/usage.ts";
import { answer } from "../answer.ts";
import { parseCursor, toCursor } from "../cursor.ts";
import type { ApiDeps } from "../deps.ts";

/** `GET /v1/sessions/{session_id}/receipt` */
export const getReceipt = answer(contract.getReceipt, async ({ params, principal, deps }) => {
  const sessionId = params.session_id ?? "";
  const stored = await deps.sessions.findStored(sessionId, principal);
  if (stored === undefined || !mayUseSession(principal, ownership(stored))) {
    throw new AppError("session_not_found", `Cannot find session "${sessionId}"`);
  }
  if (!isTombstone(stored)) throw noReceipt(deps, stored);
  return { body: stored.receipt };
});

/** A receipt is written when all is gone: until then there is either a session, or its removal still to come. */
function noReceipt(deps: ApiDeps, record: SessionRecord): AppError {
  const rules = deps.rules.current();
  const { at, reason } = endOf(record, rules);
  const refusal = `Cannot answer the receipt of session "${record.session_id}"`;
  if (record.status === "deleting") {
    return new AppError("receipt_not_ready", `${refusal}: it is being removed`, {
      details: { reason: record.ending_reason },
    });
  }
  const ends = toTimestamp(at);
  if (isOver(record, rules, deps.clock.now())) {
    return new AppError("receipt_not_ready", `${refusal}: it ended at ${ends} (${reason}) and is not removed yet`, {
      details: { ended_at: ends, reason },
    });
  }
  return new AppError("session_is_live", `${refusal}: it is live until ${ends}`, { details: { expires_at: ends } });
}

/** `GET /v1/receipts` */
export const listReceipts = answer(contract.listReceipts, async ({ query, principal, deps }) => {
  const position = parseCursor(query.cursor, ["created_at", "pk"]);
  const userId = userInQuestion(principal, query.user_id);
  const { receipts, next } = await deps.receipts.list(userId, query.limit, position);
  return { body: { data: receipts, next_cursor: toCursor(next) } };
});

const LIST_PAGE = 100;
const MAX_LISTED = 1000;

/** `GET /v1/usage` */
export const usage = answer(contract.usage, async ({ query, principal, deps }) => {
  const userId = userInQuestion(principal, query.user_id);
  const sessions: SessionRecord[] = [];
  let page = await deps.sessions.list(userId, LIST_PAGE);
  sessions.push(...page.sessions);
  while (page.next !== undefined && sessions.length < MAX_LISTED) {
    page = await deps.sessions.list(userId, LIST_PAGE, page.next);
    sessions.push(...page.sessions);
  }
  const { sessionFiles, sessionBytes, fileBytes } = deps.quota.limits;
  const { inlineUploadBytes } = deps.limits;
  const limits = {
    session_files: sessionFiles,
    session_bytes: sessionBytes,
    file_bytes: fileBytes,
    inline_upload_bytes: Math.min(inlineUploadBytes, fileBytes),
  };
  const stage = { rules: deps.rules.current(), limits, complete: page.next === undefined };
  return { body: toUsage(userId, sessions, stage) };
});

/** `GET /v1/stats` */
export const stats = answer(contract.stats, async ({ deps }) => ({ body: await deps.statistics.read() }));
