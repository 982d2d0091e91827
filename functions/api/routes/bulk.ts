import type { FileRemoved } from "../../../shared/contract/file.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { isAppError } from "../../../shared/errors.ts";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import type { Removal } from "../../../shared/files/file-removal.ts";
import { assertRemovable } from "../../../shared/files/write-rules.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import { answer } from "../answer.ts";
import { toItemProblem } from "../problem.ts";
import { removeFiles } from "../remove-files.ts";

/** `POST /v1/sessions/{session_id}/files/delete` */
export const deleteFiles = answer(contract.deleteFiles, async ({ params, body, principal, deps, requestId }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const asked = body.paths.map(readPath);
  const paths = asked.flatMap(({ path, refusal }) => (refusal === undefined ? [path] : []));
  const records = await deps.files.findMany(session.session_id, paths);
  const order = { session, records: [...records.values()], actor: actorOf(principal), requestId };
  const removals = await removeFiles(deps, order);
  const outcomes = new Map(removals.map((removal) => [removal.record.path, toResult(removal)]));
  const files = asked.map(
    ({ path, refusal }): FileRemoved => refusal ?? outcomes.get(path) ?? { path, status: "not_found" },
  );
  return { body: { files } };
});

/** The path as we keep it, or why it can be none. */
function readPath(text: string): { path: string; refusal?: FileRemoved } {
  try {
    const parsed = parseFilePath(text);
    assertRemovable(parsed);
    return { path: parsed.path };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { path: text, refusal: { path: text, status: "refused", problem: toItemProblem(error) } };
  }
}

function toResult(removal: Removal): FileRemoved {
  const { path } = removal.record;
  if (removal.status === "deleted") return { path, status: "deleted" };
  if (removal.status === "gone") return { path, status: "not_found" };
  return { path, status: "failed", problem: toItemProblem(removal.why) };
}
