import * as files from "../file.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";
import * as uploads from "../upload.ts";
import { pageQuery } from "../values.ts";

const uploadProblems = [...sessionProblems, "upload_not_found"] as const;

export const createUpload = defineRoute("createUpload", {
  method: "POST",
  path: "/v1/sessions/{session_id}/uploads",
  summary:
    "Begin an upload that goes straight to the storage; `If-Match` and `If-None-Match: *` hold until it completes",
  tag: "Files",
  body: uploads.createUploadRequest,
  status: 201,
  answer: uploads.uploadTarget,
  conditions: ["if-match", "if-none-match"],
  problems: [
    ...sessionProblems,
    "path_not_allowed",
    "precondition_failed",
    "file_too_large",
    "session_full",
    "user_quota_exceeded",
  ],
});

export const listUploads = defineRoute("listUploads", {
  method: "GET",
  path: "/v1/sessions/{session_id}/uploads",
  summary: "Uploads in progress",
  tag: "Files",
  query: pageQuery,
  answer: uploads.uploadPage,
  problems: [...sessionProblems, "invalid_cursor"],
});

export const getUpload = defineRoute("getUpload", {
  method: "GET",
  path: "/v1/sessions/{session_id}/uploads/{upload_id}",
  summary: "How far an upload is, with the parts that the storage has: from here it is resumed",
  tag: "Files",
  answer: uploads.upload,
  problems: uploadProblems,
});

export const signParts = defineRoute("signParts", {
  method: "POST",
  path: "/v1/sessions/{session_id}/uploads/{upload_id}/parts",
  summary: "Fresh URLs for up to 20 parts, or a fresh form; also a sign of life for another day",
  tag: "Files",
  body: uploads.signPartsRequest,
  answer: uploads.uploadTarget,
  problems: [...uploadProblems, "upload_busy", "upload_completed"],
});

export const completeUpload = defineRoute("completeUpload", {
  method: "POST",
  path: "/v1/sessions/{session_id}/uploads/{upload_id}/complete",
  summary: "Have what came verified, and made a file; the same again is answered the same",
  tag: "Files",
  body: uploads.completeUploadRequest,
  answer: files.fileResult,
  problems: [
    ...uploadProblems,
    "upload_incomplete",
    "upload_busy",
    "checksum_mismatch",
    "precondition_failed",
    "session_full",
    "user_quota_exceeded",
  ],
});

export const abortUpload = defineRoute("abortUpload", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/uploads/{upload_id}",
  summary: "Give an upload up; what came of it is removed",
  tag: "Files",
  answer: uploads.uploadAborted,
  problems: [...uploadProblems, "upload_busy", "upload_completed"],
});
