import * as archives from "../archive.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";

export const createArchive = defineRoute("createArchive", {
  method: "POST",
  path: "/v1/sessions/{session_id}/archive",
  summary: "All files, a folder or chosen paths as one ZIP; 202 while it is still being built",
  tag: "Files",
  body: archives.archiveRequest,
  answer: archives.archive,
  otherStatuses: { 202: "Still being built" },
  problems: [...sessionProblems, "path_not_allowed", "file_not_found", "archive_failed"],
});

export const getArchive = defineRoute("getArchive", {
  method: "GET",
  path: "/v1/sessions/{session_id}/archive/{archive_id}",
  summary: "How far an archive is; with its URL once it is ready",
  tag: "Files",
  answer: archives.archive,
  problems: [...sessionProblems, "archive_not_found"],
});
