import type { File } from "../../../shared/contract/file.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { attachment, downloadType } from "../../../shared/files/download-headers.ts";
import { answer } from "../answer.ts";
import { locateFile, requestedFile } from "../locate-file.ts";
import { isUnchanged, notModified, quoteEtag } from "../preconditions.ts";
import { signDownload } from "../sign-download.ts";

/**
 * `GET` and `HEAD /v1/sessions/{session_id}/files/{path+}`. HEAD is answered here, from the record; a range is read
 * through the URL, to which clients carry their `Range` header along.
 */
export const getFile = answer(contract.getFile, async ({ params, query, principal, request, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const { file, key } = await locateFile(deps, record, requestedFile(params, query));
  const etag = quoteEtag(file.etag);
  if (isUnchanged(request, etag, file.modified_at)) return notModified(etag);
  if (request.method === "HEAD") return describe(file, etag);
  const download = { key, name: file.name, contentType: downloadType(file.content_type) };
  const link = await signDownload(deps, download, await deps.sessions.touch(record));
  if (query.redirect === "false") return { body: { ...link, file }, headers: { etag } };
  return new Response(null, { status: 302, headers: { location: link.url, etag, "cache-control": "no-store" } });
});

/** The headers that the bytes will come with. */
function describe(file: File, etag: string): Response {
  const headers = {
    "content-type": downloadType(file.content_type),
    "content-length": String(file.size_bytes),
    "content-disposition": attachment(file.name),
    "last-modified": new Date(file.modified_at).toUTCString(),
    "accept-ranges": "bytes",
    "cache-control": "no-store",
    etag,
  };
  return new Response(null, { headers });
}
