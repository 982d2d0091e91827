import * as account from "../account.ts";
import { defineRoute } from "../route.ts";
import * as transfer from "../transfer.ts";

export const stats = defineRoute("stats", {
  method: "GET",
  path: "/v1/stats",
  summary: "Sessions by platform and status, sizes, the oldest, and what ends soon",
  tag: "Operations",
  access: "operator",
  answer: account.stats,
});

export const evictUser = defineRoute("evictUser", {
  method: "DELETE",
  path: "/v1/users/{user_id}",
  summary: "End all sessions of a user and remove what else is kept of him; call again while `remaining`",
  tag: "Operations",
  access: "operator",
  query: account.evictQuery,
  answer: account.evicted,
  problems: ["confirmation_needed"],
});

export const exportSessions = defineRoute("exportSessions", {
  method: "GET",
  path: "/v1/sessions/export",
  summary: "Live sessions' records as CSV or as a sessions.json file; redirects to a short-lived presigned URL",
  tag: "Operations",
  access: "operator",
  query: transfer.exportSessionsQuery,
  answer: transfer.exportLink,
  redirects: true,
  answerHeaders: ["location"],
  problems: ["export_too_large"],
});

export const importSessions = defineRoute("importSessions", {
  method: "POST",
  path: "/v1/sessions/import",
  summary: "Sessions of another stage or an older system from CSV, JSON or NDJSON of up to 4 MiB; one result a row",
  tag: "Operations",
  access: "operator",
  query: transfer.importSessionsQuery,
  bodyKind: "binary",
  bodyTypes: ["text/csv", "application/json", "application/x-ndjson", "application/octet-stream"],
  answer: transfer.importAnswer,
  problems: ["invalid_csv", "invalid_json", "body_too_large", "media_type_not_supported"],
});
