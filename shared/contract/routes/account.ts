import * as account from "../account.ts";
import { defineRoute } from "../route.ts";
import * as sessions from "../session.ts";

export const clearSessions = defineRoute("clearSessions", {
  method: "DELETE",
  path: "/v1/sessions",
  summary:
    "End all my sessions that exist now; operators, confirmed: one user's, or everyone's. Call again while `remaining`",
  tag: "Account",
  query: account.clearQuery,
  answer: account.cleared,
  problems: ["confirmation_needed", "not_allowed"],
});

export const getReceipt = defineRoute("getReceipt", {
  method: "GET",
  path: "/v1/sessions/{session_id}/receipt",
  summary: "What was removed with the session, when and by which rule; for seven days",
  tag: "Account",
  answer: sessions.receipt,
  problems: ["session_not_found", "session_is_live", "receipt_not_ready"],
});

export const listReceipts = defineRoute("listReceipts", {
  method: "GET",
  path: "/v1/receipts",
  summary: "What ended of mine in the last seven days, newest first",
  tag: "Account",
  query: account.listReceiptsQuery,
  answer: account.receiptPage,
  problems: ["not_allowed", "invalid_cursor"],
});

export const usage = defineRoute("usage", {
  method: "GET",
  path: "/v1/usage",
  summary: "What my live sessions come to, and how much there may be",
  tag: "Account",
  query: account.usageQuery,
  answer: account.usage,
  problems: ["not_allowed"],
});

export const getPreferences = defineRoute("getPreferences", {
  method: "GET",
  path: "/v1/preferences",
  summary: "My preferences, which outlive every session; `{}` while there are none",
  tag: "Account",
  access: "account",
  answer: account.preferences,
  conditions: ["if-none-match"],
  answerHeaders: ["etag"],
  problems: ["not_allowed"],
});

export const putPreferences = defineRoute("putPreferences", {
  method: "PUT",
  path: "/v1/preferences",
  summary: "Replace my preferences; with If-Match only the version that was read, with `If-None-Match: *` only create",
  tag: "Account",
  access: "account",
  body: account.preferences,
  answer: account.preferences,
  conditions: ["if-match", "if-none-match"],
  answerHeaders: ["etag"],
  problems: ["not_allowed", "precondition_failed"],
});
