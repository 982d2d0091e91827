import * as contract from "../../../shared/contract/routes.ts";
import { AppError } from "../../../shared/errors.ts";
import type { Expected } from "../../../shared/preferences/preference-store.ts";
import { answer } from "../answer.ts";
import { isUnchanged, listed, notModified, quoteEtag, wantsAbsent } from "../preconditions.ts";

/** `GET /v1/preferences` */
export const getPreferences = answer(contract.getPreferences, async ({ principal, request, deps }) => {
  const { preferences, version } = await deps.preferences.get(principal.userId);
  const etag = quoteEtag(version);
  return isUnchanged(request, etag) ? notModified(etag) : { body: preferences, headers: { etag } };
});

/** `PUT /v1/preferences` */
export const putPreferences = answer(contract.putPreferences, async ({ body, principal, request, deps }) => {
  const version = await deps.preferences.replace(principal.userId, body, toExpected(request));
  if (version === undefined) {
    throw new AppError("precondition_failed", "Cannot replace the preferences: another version is there");
  }
  return { body, headers: { etag: quoteEtag(version) } };
});

/** The request's preconditions. `*` means preferences that were set: what reads as `{}` before that is not there yet. */
function toExpected(request: Request): Expected {
  const wanted = request.headers.get("if-match")?.trim();
  if (wanted === "*") return { kind: "something" };
  if (wanted !== undefined) return { kind: "one_of", versions: listed(wanted).map(unquote) };
  return wantsAbsent(request) ? { kind: "nothing" } : { kind: "anything" };
}

function unquote(etag: string): string {
  return etag.replace(/^"(.*)"$/, "$1");
}
