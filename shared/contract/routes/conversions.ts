import * as conversions from "../conversion.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";
import { pageQuery } from "../values.ts";

export const listConversions = defineRoute("listConversions", {
  method: "GET",
  path: "/v1/sessions/{session_id}/conversions",
  summary: "What became of every file, with its report",
  tag: "Tables",
  query: pageQuery,
  answer: conversions.conversionPage,
  problems: sessionProblems,
});

export const convertAgain = defineRoute("convertAgain", {
  method: "POST",
  path: "/v1/sessions/{session_id}/conversions",
  summary: "Read a file again, with settings that stay with it; or `preview` what they make of it",
  tag: "Tables",
  body: conversions.conversionRequest,
  answer: conversions.conversionAnswer,
  otherStatuses: { 202: "Still being converted" },
  problems: [...sessionProblems, "path_not_allowed", "file_not_found", "conflict", "preview_timeout"],
});
