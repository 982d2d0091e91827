import * as documents from "../document.ts";
import * as files from "../file.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";

const storeDocumentProblems = [
  ...sessionProblems,
  "path_not_allowed",
  "document_exists",
  "precondition_failed",
  "session_full",
] as const;

const readDocumentProblems = [
  ...sessionProblems,
  "path_not_allowed",
  "file_not_found",
  "document_damaged",
  "result_too_large",
] as const;

export const addResearchData = defineRoute("addResearchData", {
  method: "POST",
  path: "/v1/sessions/{session_id}/research-data",
  summary: "Store one research document: any JSON value in its envelope, as a file of its own",
  tag: "Documents",
  body: documents.documentRequest,
  bodyLimit: "inline",
  status: 201,
  answer: documents.documentInfo,
  otherStatuses: { 200: "It replaced another one" },
  conditions: ["if-match", "if-none-match"],
  answerHeaders: ["etag"],
  problems: storeDocumentProblems,
});

export const addNamedResearchData = defineRoute("addNamedResearchData", {
  method: "POST",
  path: "/v1/sessions/{session_id}/research-data/{name}",
  summary: "The same, under a name of its own; 409 when it is taken, unless `overwrite` or If-Match",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  body: documents.documentRequest,
  bodyLimit: "inline",
  status: 201,
  answer: documents.documentInfo,
  otherStatuses: { 200: "It replaced another one" },
  conditions: ["if-match", "if-none-match"],
  answerHeaders: ["etag"],
  problems: storeDocumentProblems,
});

export const listResearchData = defineRoute("listResearchData", {
  method: "GET",
  path: "/v1/sessions/{session_id}/research-data",
  summary: "Research documents without their values, newest first",
  tag: "Documents",
  query: documents.listDocumentsQuery,
  answer: documents.documentPage,
  problems: [...sessionProblems, "invalid_cursor"],
});

export const getResearchData = defineRoute("getResearchData", {
  method: "GET",
  path: "/v1/sessions/{session_id}/research-data/{name}",
  summary: "One research document in its envelope, every value exactly as it was sent",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  answer: documents.documentEnvelope,
  conditions: ["if-none-match"],
  answerHeaders: ["etag"],
  problems: readDocumentProblems,
});

export const deleteResearchData = defineRoute("deleteResearchData", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/research-data/{name}",
  summary: "Remove one research document",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  answer: files.fileDeleted,
  conditions: ["if-match"],
  problems: [...sessionProblems, "path_not_allowed", "file_not_found", "precondition_failed"],
});

export const addIntermediateResult = defineRoute("addIntermediateResult", {
  method: "POST",
  path: "/v1/sessions/{session_id}/intermediate-results",
  summary: "Store one intermediate result: any JSON value in its envelope, as a file of its own",
  tag: "Documents",
  body: documents.documentRequest,
  bodyLimit: "inline",
  status: 201,
  answer: documents.documentInfo,
  otherStatuses: { 200: "It replaced another one" },
  conditions: ["if-match", "if-none-match"],
  answerHeaders: ["etag"],
  problems: storeDocumentProblems,
});

export const addNamedIntermediateResult = defineRoute("addNamedIntermediateResult", {
  method: "POST",
  path: "/v1/sessions/{session_id}/intermediate-results/{name}",
  summary: "The same, under a name of its own; 409 when it is taken, unless `overwrite` or If-Match",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  body: documents.documentRequest,
  bodyLimit: "inline",
  status: 201,
  answer: documents.documentInfo,
  otherStatuses: { 200: "It replaced another one" },
  conditions: ["if-match", "if-none-match"],
  answerHeaders: ["etag"],
  problems: storeDocumentProblems,
});

export const listIntermediateResults = defineRoute("listIntermediateResults", {
  method: "GET",
  path: "/v1/sessions/{session_id}/intermediate-results",
  summary: "Intermediate results without their values, newest first",
  tag: "Documents",
  query: documents.listDocumentsQuery,
  answer: documents.documentPage,
  problems: [...sessionProblems, "invalid_cursor"],
});

export const getIntermediateResult = defineRoute("getIntermediateResult", {
  method: "GET",
  path: "/v1/sessions/{session_id}/intermediate-results/{name}",
  summary: "One intermediate result in its envelope, every value exactly as it was sent",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  answer: documents.documentEnvelope,
  conditions: ["if-none-match"],
  answerHeaders: ["etag"],
  problems: readDocumentProblems,
});

export const deleteIntermediateResult = defineRoute("deleteIntermediateResult", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/intermediate-results/{name}",
  summary: "Remove one intermediate result",
  tag: "Documents",
  query: documents.namedDocumentQuery,
  answer: files.fileDeleted,
  conditions: ["if-match"],
  problems: [...sessionProblems, "path_not_allowed", "file_not_found", "precondition_failed"],
});
