import { toTimestamp } from "../../../shared/clock.ts";
import * as contract from "../../../shared/contract/routes.ts";
import type { ImportFormat } from "../../../shared/contract/transfer.ts";
import { AppError } from "../../../shared/errors.ts";
import { actorOf } from "../../../shared/identity/principal.ts";
import { readCsv } from "../../../shared/sessions/transfer/csv-rows.ts";
import { exportSessions as writeExport } from "../../../shared/sessions/transfer/export-sessions.ts";
import { importSessions as storeSessions } from "../../../shared/sessions/transfer/import-sessions.ts";
import { readJson, readNdjson } from "../../../shared/sessions/transfer/json-records.ts";
import { answer } from "../answer.ts";
import { assertIntact, readBody } from "../body.ts";
import { signDownload } from "../sign-download.ts";

/** `GET /v1/sessions/export` */
export const exportSessions = answer(contract.exportSessions, async ({ query, deps }) => {
  const { key, contentType, sessions, sizeBytes } = await writeExport(deps, query);
  const name = `sessions-${toTimestamp(deps.clock.now()).slice(0, 10)}.${query.format}`;
  const link = await signDownload(deps, { key, name, contentType });
  if (query.redirect === "false") return { body: { ...link, sessions, size_bytes: sizeBytes } };
  return new Response(null, { status: 302, headers: { location: link.url, "cache-control": "no-store" } });
});

const readers = { csv: readCsv, json: readJson, ndjson: readNdjson };

/** `POST /v1/sessions/import`: the whole body is read before the first row is stored. */
export const importSessions = answer(contract.importSessions, async ({ query, principal, request, deps }) => {
  const read = readers[query.format ?? formatOf(request)];
  const bytes = await readBody(request, deps.limits.inlineUploadBytes);
  assertIntact(request, bytes);
  const file = read(decode(bytes), query.first_row);
  const { default_platform: platform, default_user_id: userId } = query;
  const defaults = { platform, ...(userId === undefined ? {} : { user_id: userId }) };
  return { body: await storeSessions(deps, file, { defaults, importedBy: actorOf(principal) }) };
});

const formats: Record<string, ImportFormat> = {
  "text/csv": "csv",
  "application/json": "json",
  "application/x-ndjson": "ndjson",
};

function formatOf(request: Request): ImportFormat {
  const mediaType = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const format = formats[mediaType];
  if (format !== undefined) return format;
  throw new AppError(
    "media_type_not_supported",
    `Cannot import a body of type "${mediaType}": send ${Object.keys(formats).join(", ")}, or say \`format\``,
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AppError("media_type_not_supported", "Cannot read the body: it is not UTF-8; nothing was imported", {
      cause,
    });
  }
}
