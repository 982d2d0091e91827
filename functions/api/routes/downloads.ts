import { toTimestamp } from "../../../shared/clock.ts";
import type { File } from "../../../shared/contract/file.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { attachment, downloadType } from "../../../shared/files/download-headers.ts";
import { answer } from "../answer.ts";
import { locateFile, requestedFile } from "../locate-file.ts";
import { isUnchanged, notModified, quoteEtag } from "../preconditions.ts";
import { urlSeconds } from "../url-seconds.ts";

/** A URL can be passed on and used until it expires: short, but long enough for a slow phone to begin. */
const DOWNLOAD_SECONDS = 300;

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
  const expiresInSeconds = urlSeconds(deps, await deps.sessions.touch(record), DOWNLOAD_SECONDS);
  const url = await deps.bucket.presignGet(key, {
    expiresInSeconds,
    disposition: attachment(file.name),
    contentType: downloadType(file.content_type),
  });
  const expires = toTimestamp(new Date(deps.clock.now().getTime() + expiresInSeconds * 1000));
  if (query.redirect === "false") return { body: { url, expires_at: expires, file }, headers: { etag } };
  return new Response(null, { status: 302, headers: { location: url, etag, "cache-control": "no-store" } });
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
