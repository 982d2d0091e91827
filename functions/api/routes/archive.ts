import { archiveObjectKey } from "../../../shared/aws/object-keys.ts";
import type { Archive } from "../../../shared/contract/archive.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { AppError } from "../../../shared/errors.ts";
import { isArchiveId, planArchive } from "../../../shared/files/archive/archive-plan.ts";
import { type ArchiveRecord, toArchive } from "../../../shared/files/archive/archive-record.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import { answer } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { isThere, prepareArchive } from "../prepare-archive.ts";
import { selectFiles } from "../select-files.ts";
import { signDownload } from "../sign-download.ts";

/** `POST /v1/sessions/{session_id}/archive` */
export const createArchive = answer(contract.createArchive, async ({ params, body, principal, deps }) => {
  const found = await deps.sessions.get(principal, params.session_id ?? "");
  const plan = planArchive(await selectFiles(deps, found, body));
  const session = await deps.sessions.touch(found);
  const record = await prepareArchive(deps, session.session_id, plan);
  const archive = await toAnswer(deps, session, record);
  if (archive.state === "failed") throw toError(archive);
  return { status: archive.state === "ready" ? 200 : 202, body: archive };
});

/** `GET /v1/sessions/{session_id}/archive/{archive_id}` */
export const getArchive = answer(contract.getArchive, async ({ params, principal, deps }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const { session_id } = session;
  const id = params.archive_id ?? "";
  const record = isArchiveId(id) ? await deps.archives.find(session_id, id) : undefined;
  if (record === undefined || (record.state === "ready" && !(await isThere(deps, session_id, record)))) {
    throw new AppError("archive_not_found", `Cannot find archive "${id}" in this session: ask for it again`);
  }
  return { body: await toAnswer(deps, session, record) };
});

async function toAnswer(deps: ApiDeps, session: SessionRecord, record: ArchiveRecord): Promise<Archive> {
  const archive = toArchive(record, deps.clock.now());
  if (archive.state !== "ready") return archive;
  const { session_id } = session;
  const key = archiveObjectKey(session_id, record.archive_id);
  const download = { key, name: `${session_id}.zip`, contentType: "application/zip" };
  return { ...archive, ...(await signDownload(deps, download, session)) };
}

function toError({ archive_id, problem }: Archive): AppError {
  const { code: _, detail, ...facts } = problem ?? { code: "", detail: `Cannot build "${archive_id}"` };
  return new AppError("archive_failed", detail, { details: { ...facts, archive_id } });
}
