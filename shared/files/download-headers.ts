/**
 * What goes with a file's bytes when they leave. Storage answers a presigned URL by itself: it can be told a type and
 * a disposition, but neither `nosniff` nor a Content-Security-Policy. In their place stand three things: the bytes come
 * from the bucket's own host, where no cookie and no token of ours is valid; they are always an attachment; and no type
 * that a browser would run as a page or a script is ever named.
 */
import { create } from "content-disposition";

/** Everything that browsers run or render with scripts in it: HTML, XML of any kind (SVG, XHTML, feeds), scripts. */
const activeTypes =
  /^(text|application)\/(html|xml|[\w.-]*javascript|ecmascript|jscript|vbscript|x-shockwave-flash)$|\+xml$|^multipart\/|^message\/|^text\/xsl/;

const INERT = "application/octet-stream";

/** The media type under which a file is given out: its own, unless it could run as a page. */
export function downloadType(contentType: string): string {
  const essence = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  return /^[\w.+-]+\/[\w.+-]+$/.test(essence) && !activeTypes.test(essence) ? contentType : INERT;
}

/** `Content-Disposition` by RFC 6266: always an attachment, with the exact name in `filename*` where ASCII fails. */
export function attachment(name: string): string {
  return create(name, { type: "attachment" });
}
