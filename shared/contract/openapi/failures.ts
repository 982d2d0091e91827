import * as z from "zod";
import type { ZodOpenApiResponsesObject } from "zod-openapi";
import { commonHeaders, problemHeaders } from "../headers.ts";
import { type ProblemCode, problems } from "../problems.ts";
import type { Route } from "../route.ts";

/** Problems grouped by status, because OpenAPI keys its answers by status; `code` says which of them it is. */
export function failures(route: Route): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(codesOf(route), (code) => problems[code].status);
  const entries = [...byStatus].map(([status, same]) => [status, failure(route, status, same)]);
  return { ...Object.fromEntries(entries), 431: tooLong };
}

/** The gateway's own, on every route: 10 KB are the most for request line and header values together. */
const tooLong = {
  description: "Request line and headers are longer than 10 KB together",
  content: gatewayMessage("Request Header Fields Too Large"),
};

function gatewayMessage(message: string) {
  return { "application/json": { schema: { $ref: "#/components/schemas/GatewayMessage" }, example: { message } } };
}

function codesOf(route: Route): ProblemCode[] {
  return [...new Set([...commonProblems(route), ...route.problems])];
}

function failure(route: Route, status: number, codes: readonly ProblemCode[]) {
  const headers = z.object({ ...commonHeaders, ...problemHeadersOf(status) }).partial();
  const schema = {
    allOf: [
      { $ref: "#/components/schemas/Problem" },
      { properties: { code: { enum: codes }, status: { const: status } } },
    ],
  };
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
  return {
    description: codes.map((code) => `${problems[code].title} (\`${code}\`)`).join("; "),
    headers,
    content: { "application/problem+json": { schema, examples }, ...gatewayContent(route, status) },
  };
}

function problemHeadersOf(status: number): Record<string, z.ZodType> {
  return problemHeaders[status as keyof typeof problemHeaders] ?? {};
}

/**
 * A request without the header `Authorization` ends at the gateway; so does one that meets no free function, and one
 * whose path cannot be decoded.
 */
function gatewayContent({ access }: Route, status: number) {
  const isOpen = access === "open" || access === "maybe_guest";
  const says = {
    400: "Bad Request",
    401: isOpen ? undefined : "Unauthorized",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
  };
  const message = says[status as keyof typeof says];
  return message === undefined ? {} : gatewayMessage(message);
}

/** What a route may answer without having said so itself. */
function commonProblems(route: Route): ProblemCode[] {
  // Nobody has to send a token to an open route; one that is sent has to be good.
  const codes: ProblemCode[] = ["internal", "unavailable", "invalid_request", "not_authenticated", "not_allowed"];
  if (route.bodyKind === "json") codes.push("invalid_json", "media_type_not_supported", "body_too_large");
  if (route.bodyKind === "binary") codes.push("media_type_not_supported", "body_too_large");
  if (route.query !== undefined && "cursor" in route.query.shape) codes.push("invalid_cursor");
  if (route.method !== "GET") codes.push("conflict");
  // What stands in a path may make it another one: empty, or with a slash or a question mark in it.
  if (route.path.includes("{")) codes.push("path_not_allowed", "route_not_found", "method_not_allowed");
  if (route.path.includes("{session_id}")) {
    codes.push("session_not_found", "session_expired", "stored_by_later_version");
  }
  if (route.problems.includes("session_full")) codes.push("user_quota_exceeded");
  if (route.method === "POST") codes.push("idempotency_key_reused", "conflict", "body_too_large");
  if (isConditionalWrite(route)) codes.push("precondition_failed");
  return codes;
}

function isConditionalWrite({ method, conditions = [] }: Route): boolean {
  return method !== "GET" && conditions.length > 0;
}

/** One example of each problem that some route answers, for all routes together. */
export function problemExamples(routes: readonly Route[]) {
  const codes = new Set(routes.flatMap((route) => codesOf(route)));
  return Object.fromEntries([...codes].sort().map((code) => [code, { value: example(code) }]));
}

function example(code: ProblemCode) {
  const { status, title } = problems[code];
  const detail = `${title}: what is wrong stands here`;
  return { type: `urn:cubby:problem:${code}`, title, status, detail, code, request_id: "JKJaXmPLvHcESHA=" };
}
