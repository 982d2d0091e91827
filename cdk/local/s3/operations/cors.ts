import type { Answer } from "../wire/answer.ts";
import { corsHeaders } from "../wire/cors-rules.ts";
import { S3Error } from "../wire/errors.ts";
import type { S3Request } from "../wire/request.ts";
import type { ServerContext } from "./call.ts";

/** Answers a browser's `OPTIONS` question. It carries no signature: browsers do not sign it. */
export function answerPreflight(context: ServerContext, request: S3Request): Answer {
  const origin = request.header("origin");
  const method = request.header("access-control-request-method");
  if (origin === undefined) {
    throw new S3Error("BadRequest", "Insufficient information. Origin request header needed.");
  }
  if (method === undefined) throw new S3Error("BadRequest", "Invalid Access-Control-Request-Method: null");
  const { cors } = context.storage.buckets.get(request.bucket);
  if (cors === undefined) throw new S3Error("AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.");
  const requestHeaders = (request.header("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => /^[\w-]+$/.test(name));
  const headers = corsHeaders(cors, { origin, method, requestHeaders });
  if (headers === undefined) throw new S3Error("AccessForbidden");
  return { status: 200, headers };
}

/** What a browser needs to see the answer to a real request, errors included; nothing when no rule matches. */
export function corsHeadersFor(context: ServerContext, request: S3Request): Record<string, string> {
  const origin = request.header("origin");
  if (origin === undefined || request.method === "OPTIONS") return {};
  const rules = context.storage.buckets.find(request.bucket)?.cors ?? [];
  return corsHeaders(rules, { origin, method: request.method, requestHeaders: [] }) ?? {};
}
