import * as history from "../history.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";

export const listHistory = defineRoute("listHistory", {
  method: "GET",
  path: "/v1/sessions/{session_id}/history",
  summary: "What was said and done, a page at a time either way, or what came since",
  tag: "History",
  query: history.listHistoryQuery,
  answer: history.historyPage,
  conditions: ["if-none-match"],
  answerHeaders: ["etag"],
  problems: [...sessionProblems, "invalid_cursor"],
});

export const appendHistory = defineRoute("appendHistory", {
  method: "POST",
  path: "/v1/sessions/{session_id}/history",
  summary: "Append one entry",
  tag: "History",
  body: history.appendHistoryRequest,
  status: 201,
  answer: history.historyEntry,
  problems: sessionProblems,
});

export const clearHistory = defineRoute("clearHistory", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/history",
  summary: "Remove what was said and done so far; the session stays",
  tag: "History",
  answer: history.historyCleared,
  problems: sessionProblems,
});
