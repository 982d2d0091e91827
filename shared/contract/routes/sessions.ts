import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";
import * as sessions from "../session.ts";

export const createSession = defineRoute("createSession", {
  method: "POST",
  path: "/v1/sessions",
  summary: "Create a session, or get the live one with `reuse`",
  tag: "Sessions",
  access: "maybe_guest",
  body: sessions.createSessionRequest,
  status: 201,
  answer: sessions.createdSession,
  otherStatuses: { 200: "The live session, with `reuse`" },
  answerHeaders: ["etag"],
  problems: ["too_many_sessions"],
});

export const listSessions = defineRoute("listSessions", {
  method: "GET",
  path: "/v1/sessions",
  summary: "My live sessions, newest first; operators: everyone's, latest end first",
  tag: "Sessions",
  query: sessions.listSessionsQuery,
  answer: sessions.sessionPage,
});

export const currentSession = defineRoute("currentSession", {
  method: "GET",
  path: "/v1/sessions/current",
  summary: "My newest live session",
  tag: "Sessions",
  answer: sessions.session,
  answerHeaders: ["etag"],
  problems: ["session_not_found"],
});

export const getSession = defineRoute("getSession", {
  method: "GET",
  path: "/v1/sessions/{session_id}",
  summary: "One session with counts and sizes",
  tag: "Sessions",
  answer: sessions.session,
  conditions: ["if-none-match"],
  answerHeaders: ["etag"],
  problems: sessionProblems,
});

export const patchSession = defineRoute("patchSession", {
  method: "PATCH",
  path: "/v1/sessions/{session_id}",
  summary: "Change status, thread, metadata or retention",
  tag: "Sessions",
  body: sessions.patchSessionRequest,
  answer: sessions.session,
  conditions: ["if-match"],
  answerHeaders: ["etag"],
  problems: [...sessionProblems, "precondition_failed"],
});

export const deleteSession = defineRoute("deleteSession", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}",
  summary: "Remove the session and everything in it; answers the receipt",
  tag: "Sessions",
  answer: sessions.receipt,
  conditions: ["if-match"],
  problems: ["session_not_found"],
});

export const touchSession = defineRoute("touchSession", {
  method: "POST",
  path: "/v1/sessions/{session_id}/touch",
  summary: "Activity without content",
  tag: "Sessions",
  answer: sessions.session,
  answerHeaders: ["etag"],
  problems: sessionProblems,
});
