import * as approvals from "../approval.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";

export const getApproval = defineRoute("getApproval", {
  method: "GET",
  path: "/v1/sessions/{session_id}/approval",
  summary: "What waits for a person's yes or no; 404 with how the last one ended",
  tag: "Approvals",
  answer: approvals.pendingApproval,
  conditions: ["if-none-match"],
  answerHeaders: ["etag"],
  problems: [...sessionProblems, "approval_not_found"],
});

export const setApproval = defineRoute("setApproval", {
  method: "PUT",
  path: "/v1/sessions/{session_id}/approval",
  summary: "Ask for approval, one at a time; the same call again by the same caller is answered as before",
  tag: "Approvals",
  body: approvals.setApprovalRequest,
  status: 201,
  answer: approvals.pendingApproval,
  otherStatuses: { 200: "The same call asked before" },
  answerHeaders: ["etag"],
  problems: [...sessionProblems, "approval_pending"],
});

export const withdrawApproval = defineRoute("withdrawApproval", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/approval",
  summary: "Withdraw what is pending; who comes too late is told who decided what",
  tag: "Approvals",
  answer: approvals.endedApproval,
  conditions: ["if-match"],
  problems: [
    ...sessionProblems,
    "approval_not_found",
    "approval_decided",
    "approval_withdrawn",
    "approval_expired",
    "precondition_failed",
  ],
});

export const decideApproval = defineRoute("decideApproval", {
  method: "POST",
  path: "/v1/sessions/{session_id}/approval/decision",
  summary: "Decide, exactly once; who comes too late is told who decided what",
  tag: "Approvals",
  body: approvals.decideApprovalRequest,
  answer: approvals.endedApproval,
  problems: [...sessionProblems, "approval_not_found", "approval_decided", "approval_withdrawn", "approval_expired"],
});
