/**
 * What pages of other origins may do, as plain data: the stacks and the local host say the same to a browser.
 */

/** For the HTTP API. `*` in a list of headers would not cover `authorization`, so each is named. */
export const apiCors = {
  requestHeaders: [
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "range",
  ],
  exposedHeaders: [
    "accept-ranges",
    "content-disposition",
    "cubby-next-since",
    "etag",
    "link",
    "location",
    "retry-after",
    "x-request-id",
  ],
  maxAgeSeconds: 3600,
} as const;

export interface BucketCorsRule {
  readonly origins: readonly string[];
  readonly methods: readonly ("GET" | "HEAD" | "PUT" | "POST")[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds: number;
}

/** A multipart upload has to read each part's `ETag`, a player the range that it got. */
const exposed = ["ETag", "Content-Disposition", "Content-Range", "x-amz-checksum-sha256"];

/**
 * For the bucket, behind presigned URLs.
 *
 * A page that lets the browser follow the API's redirect arrives here without a name: after a redirect from one
 * foreign origin to another the browser sends `Origin: null` (Fetch, "redirect-tainted origin"). Such a request can
 * read, and only what its presigned URL is for; where any origin may come, the first rule covers it.
 */
export function bucketCorsRules(origins: readonly string[]): BucketCorsRule[] {
  const pages: BucketCorsRule = { origins, methods: ["GET", "HEAD", "PUT", "POST"], exposed, maxAgeSeconds: 3600 };
  if (origins.includes("*")) return [pages];
  return [pages, { origins: ["null"], methods: ["GET", "HEAD"], exposed, maxAgeSeconds: 3600 }];
}
