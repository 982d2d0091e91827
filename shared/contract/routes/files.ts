import * as files from "../file.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";

export const listFolders = defineRoute("listFolders", {
  method: "GET",
  path: "/v1/sessions/{session_id}/folders",
  summary: "The eight folders, with how many files lie in each and how many bytes they take",
  tag: "Files",
  answer: files.foldersListed,
  problems: sessionProblems,
});

export const listFiles = defineRoute("listFiles", {
  method: "GET",
  path: "/v1/sessions/{session_id}/files",
  summary: "Files, by folder",
  tag: "Files",
  query: files.listFilesQuery,
  answer: files.filePage,
  problems: sessionProblems,
});

export const uploadFiles = defineRoute("uploadFiles", {
  method: "POST",
  path: "/v1/sessions/{session_id}/files",
  summary: "Upload up to 4 MiB as multipart/form-data, any field names; zips are unpacked",
  tag: "Files",
  query: files.uploadFilesQuery,
  bodyKind: "multipart",
  answer: files.filesUploaded,
  problems: [
    ...sessionProblems,
    "invalid_multipart",
    "archive_refused",
    "path_not_allowed",
    "file_too_large",
    "body_too_large",
    "media_type_not_supported",
    "session_full",
    "user_quota_exceeded",
  ],
});

export const putFile = defineRoute("putFile", {
  method: "PUT",
  path: "/v1/sessions/{session_id}/files/{path+}",
  summary: "Store one file of up to 4 MiB from a raw body",
  tag: "Files",
  query: files.fileQuery,
  bodyKind: "binary",
  answer: files.fileResult,
  otherStatuses: { 201: "A new file" },
  conditions: ["if-match", "if-none-match"],
  answerHeaders: ["etag"],
  problems: [
    ...sessionProblems,
    "path_not_allowed",
    "body_too_large",
    "precondition_failed",
    "file_too_large",
    "session_full",
    "user_quota_exceeded",
  ],
});

export const getFile = defineRoute("getFile", {
  method: "GET",
  path: "/v1/sessions/{session_id}/files/{path+}",
  summary: "Redirect to a short-lived presigned URL, or the URL as JSON with redirect=false",
  tag: "Files",
  query: files.downloadQuery,
  answer: files.fileLink,
  redirects: true,
  conditions: ["if-none-match", "if-modified-since"],
  answerHeaders: ["etag", "location"],
  problems: [...sessionProblems, "path_not_allowed", "file_not_found"],
});

export const renameFile = defineRoute("renameFile", {
  method: "POST",
  path: "/v1/sessions/{session_id}/files/rename",
  summary: "Give a file another name in its folder; tables made from it are made anew, named after the new name",
  tag: "Files",
  body: files.renameFileRequest,
  answer: files.fileResult,
  problems: [
    ...sessionProblems,
    "path_not_allowed",
    "file_not_found",
    "conflict",
    "session_full",
    "user_quota_exceeded",
  ],
});

export const deleteFile = defineRoute("deleteFile", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/files/{path+}",
  summary: "Remove one file and the tables made from it",
  tag: "Files",
  query: files.fileQuery,
  answer: files.fileDeleted,
  conditions: ["if-match"],
  problems: [...sessionProblems, "path_not_allowed", "file_not_found"],
});

export const deleteFiles = defineRoute("deleteFiles", {
  method: "POST",
  path: "/v1/sessions/{session_id}/files/delete",
  summary: "Remove up to 1,000 files and the tables made from them; one result a file",
  tag: "Files",
  body: files.deleteFilesRequest,
  answer: files.filesDeleted,
  problems: sessionProblems,
});
