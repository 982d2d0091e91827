import * as logs from "../log.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";

export const listLogs = defineRoute("listLogs", {
  method: "GET",
  path: "/v1/sessions/{session_id}/logs",
  summary: "Logs, by name",
  tag: "Files",
  query: logs.listLogsQuery,
  answer: logs.logPage,
  problems: sessionProblems,
});

export const appendLog = defineRoute("appendLog", {
  method: "POST",
  path: "/v1/sessions/{session_id}/logs/{name}",
  summary: "Append up to 256 KB of text or JSON lines to a log; kept as given, as a numbered file of the folder `logs`",
  tag: "Files",
  bodyKind: "binary",
  bodyTypes: ["text/plain", "application/x-ndjson", "application/octet-stream"],
  status: 201,
  answer: logs.appended,
  problems: [...sessionProblems, "path_not_allowed", "body_too_large", "media_type_not_supported", "session_full"],
});

export const readLog = defineRoute("readLog", {
  method: "GET",
  path: "/v1/sessions/{session_id}/logs/{name}",
  summary: "A log's pieces joined, as text; about 4 MiB an answer, with a `next` link while there is more",
  tag: "Files",
  query: logs.readLogQuery,
  answerTypes: ["text/plain; charset=utf-8"],
  answerHeaders: ["cubby-next-since", "link"],
  problems: [...sessionProblems, "path_not_allowed", "log_not_found"],
});
