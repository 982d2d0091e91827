import type { IncomingMessage } from "node:http";

/** `PutItem` and its like. */
export function dynamoOperation({ headers }: IncomingMessage): string {
  return String(headers["x-amz-target"]).split(".").at(-1) ?? "";
}

const objectOperations: Record<string, string> = {
  GET: "GetObject",
  PUT: "PutObject",
  HEAD: "HeadObject",
  DELETE: "DeleteObject",
};

/** The operation's name in S3's own terms, for those that Cubby uses. */
export function s3Operation({ method = "", url, headers }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url ?? "/", "http://s3");
  const isObject = pathname.split("/").length > 2 && pathname.split("/")[2] !== "";
  if (searchParams.has("delete")) return "DeleteObjects";
  if (searchParams.has("uploads")) return method === "POST" ? "CreateMultipartUpload" : "ListMultipartUploads";
  if (searchParams.has("uploadId")) return `${method} upload`;
  if (!isObject) return ({ GET: "ListObjectsV2", POST: "PostObject" } as const)[method as "GET"] ?? `${method} bucket`;
  if (headers["x-amz-copy-source"] !== undefined) return "CopyObject";
  return objectOperations[method] ?? method;
}
