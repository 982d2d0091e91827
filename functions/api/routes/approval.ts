import * as contract from "../../../shared/contract/routes.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import { answer } from "../answer.ts";
import { assertMatches, isUnchanged, notModified, quoteEtag } from "../preconditions.ts";

/** `GET /v1/sessions/{session_id}/approval`: one read while nothing changes, so that a bot may ask often. */
export const getApproval = answer(contract.getApproval, async ({ params, principal, request, deps }) => {
  const approval = await deps.approvals.read(await deps.sessions.get(principal, params.session_id ?? ""));
  const etag = quoteEtag(approval.approval_id); // what is pending never changes, it only ends
  return isUnchanged(request, etag) ? notModified(etag) : { body: approval, headers: { etag } };
});

/** `PUT /v1/sessions/{session_id}/approval`: 201 when it is new, 200 when the same call asked before. */
export const setApproval = answer(contract.setApproval, async ({ params, body, principal, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const { approval, created } = await deps.approvals.set(record, body, actorOf(principal));
  return { status: created ? 201 : 200, body: approval, headers: { etag: quoteEtag(approval.approval_id) } };
});

/** `DELETE /v1/sessions/{session_id}/approval`; with If-Match only the approval that the caller saw. */
export const withdrawApproval = answer(contract.withdrawApproval, async ({ params, principal, request, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const pending = record.pending_approval;
  if (pending !== null) assertMatches(request, quoteEtag(pending.approval_id));
  const ending = { target: pending?.approval_id, outcome: "withdrawn", actor: actorOf(principal) } as const;
  return { body: await deps.approvals.end(record, ending) };
});

/** `POST /v1/sessions/{session_id}/approval/decision` */
export const decideApproval = answer(contract.decideApproval, async ({ params, body, principal, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const { approval_id: target, decision: outcome, comment } = body;
  return { body: await deps.approvals.end(record, { target, outcome, comment, actor: actorOf(principal) }) };
});
