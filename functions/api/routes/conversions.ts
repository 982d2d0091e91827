import type { ConversionBody } from "../../../shared/contract/conversion.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { AppError } from "../../../shared/errors.ts";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import type { FileRecord } from "../../../shared/files/file-record.ts";
import { withSettings } from "../../../shared/tables/settings.ts";
import { answer } from "../answer.ts";
import { convertNow, queueConversion } from "../convert-now.ts";
import { parseCursor, toCursor } from "../cursor.ts";
import type { ApiDeps } from "../deps.ts";
import { conversionOf } from "../intake.ts";
import { fileNotFound } from "../locate-file.ts";
import { previewConversion } from "../preview-conversion.ts";

/** `GET /v1/sessions/{session_id}/conversions` */
export const listConversions = answer(contract.listConversions, async ({ params, query, principal, deps }) => {
  const { session_id } = await deps.sessions.get(principal, params.session_id ?? "");
  const after = parseCursor(query.cursor, ["path"])?.path;
  const options = { folder: "uploads", limit: query.limit, ...(after === undefined ? {} : { after }) };
  const { records, next } = await deps.files.list(session_id, options);
  return {
    body: { data: records.map(toReport), next_cursor: toCursor(next === undefined ? undefined : { path: next }) },
  };
});

/** `POST /v1/sessions/{session_id}/conversions` */
export const convertAgain = answer(contract.convertAgain, async ({ params, body, principal, deps, requestId }) => {
  const session = await deps.sessions.get(principal, params.session_id ?? "");
  const record = await findConvertible(deps, session.session_id, body.path);
  const settings = withSettings(record.settings ?? [], settingsOf(body));
  if (body.preview) {
    const touched = await deps.sessions.touch(session);
    return { body: await previewConversion(deps, touched, record, { settings, sheet: body.sheet }) };
  }
  const asked = await deps.files.askConversion(record, settings);
  if (asked === undefined) throw new AppError("conflict", `Cannot convert "${record.path}": it is just being replaced`);
  await deps.sessions.noteFiles(session, [], { convert: true });
  if (record.size_bytes <= deps.limits.inlineUploadBytes) await convertNow(deps, session.session_id, requestId);
  else await queueConversion(deps, session.session_id);
  const fresh = (await deps.files.find(session.session_id, record.path)) ?? asked;
  const isWaiting = fresh.conversion.state === "pending" || fresh.conversion.state === "converting";
  return { status: isWaiting ? 202 : 200, body: toReport(fresh) };
});

/** What became of a file, as far as it has come. */
function toReport({ path, conversion, report, settings = [] }: FileRecord) {
  // The report is the last conversion's; what is asked for by now stands in the record.
  return { ...report, path, ...conversion, settings };
}

/** The file, which must be one of those that are looked at for tables. */
async function findConvertible(deps: ApiDeps, sessionId: string, wanted: string): Promise<FileRecord> {
  const { path, folder } = parseFilePath(wanted);
  if (conversionOf(folder) === "none") {
    throw new AppError("path_not_allowed", `Cannot convert "${path}": only files in uploads become tables`);
  }
  const record = await deps.files.find(sessionId, path);
  if (record === undefined) throw fileNotFound(path);
  return record;
}

function settingsOf({ path: _path, preview: _preview, ...settings }: ConversionBody) {
  return settings;
}
