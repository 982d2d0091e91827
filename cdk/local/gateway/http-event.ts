/**
 * An HTTP request as API Gateway's HTTP API hands it to Lambda: payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * Three things that its documentation does not say, and that calls of real HTTP APIs have shown:
 * - `rawPath` is percent-decoded, unlike that of REST APIs and function URLs, ends at a decoded "?", and is decoded once
 *   more: `%252F` arrives as a slash, `%2525` as a percent sign, and what a single `%25` makes undecodable is refused
 *   (https://github.com/hotsock/voker/pull/8, https://github.com/middleapi/standard-server/pull/93);
 * - only text/* and application/json, /xml and /javascript travel as text. Everything else is base64, a missing
 *   content type and forms too; and what travels as text loses each byte that is not UTF-8;
 * - `cookie` is not among the headers, `cookies` has it.
 */
import type { IncomingMessage } from "node:http";

/** `requestContext.http` of an event. */
export interface HttpContext {
  method: string;
  path: string;
  protocol: string;
  sourceIp: string;
  userAgent: string;
}

/** `requestContext` of an event. */
export interface RequestContext {
  accountId: string;
  apiId: string;
  authorizer?: { lambda: Record<string, unknown> };
  domainName: string;
  domainPrefix: string;
  http: HttpContext;
  requestId: string;
  routeKey: string;
  stage: "$default";
  time: string;
  timeEpoch: number;
}

/** The event itself. */
export interface HttpEvent {
  version: "2.0";
  routeKey: string;
  rawPath: string;
  rawQueryString: string;
  cookies?: string[];
  headers: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  requestContext: RequestContext;
  body?: string;
  isBase64Encoded: boolean;
}

/** Account and API of this machine, as they stand in events and ARNs. */
export const ACCOUNT_ID = "000000000000";
export const API_ID = "local";

/** Splits a request target; undefined where API Gateway answers 400, as its path is not decodable. */
export function parseTarget(target: string): { rawPath: string; rawQueryString: string } | undefined {
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  try {
    const rawPath = decodeURIComponent(decodeURIComponent(path).split("?", 1)[0] ?? "");
    return { rawPath, rawQueryString: mark === -1 ? "" : target.slice(mark + 1) };
  } catch {
    return undefined;
  }
}

/** Builds the event; `target` comes from `parseTarget`. */
export function toHttpEvent(
  request: IncomingMessage,
  target: { rawPath: string; rawQueryString: string },
  body: Buffer,
  options: { routeKey: string; requestId: string; now: Date },
): HttpEvent {
  const headers = toHeaders(request);
  const cookies = toCookies(request);
  const isBase64Encoded = body.length > 0 && !isText(headers["content-type"]);
  const host = headers.host ?? "127.0.0.1";
  return {
    version: "2.0",
    routeKey: options.routeKey,
    ...target,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(target.rawQueryString === "" ? {} : { queryStringParameters: toQueryParameters(target.rawQueryString) }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: API_ID,
      domainName: host,
      domainPrefix: host.split(/[.:]/, 1)[0] ?? "",
      http: {
        method: request.method ?? "GET",
        path: target.rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: options.requestId,
      routeKey: options.routeKey,
      stage: "$default",
      time: toClfTime(options.now),
      timeEpoch: options.now.getTime(),
    },
    ...(body.length > 0 ? { body: body.toString(isBase64Encoded ? "base64" : "utf8") } : {}),
    isBase64Encoded,
  };
}

/** Lower-cased names; what comes more than once is joined with a comma. */
function toHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? "").toLowerCase();
    const value = decodeHeader(request.rawHeaders[index + 1] ?? "");
    if (name === "cookie") continue;
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  // API Gateway never hands on a chunked body: it has read it to the end.
  delete headers["transfer-encoding"];
  return {
    ...headers,
    "x-forwarded-for": request.socket.remoteAddress ?? "127.0.0.1",
    "x-forwarded-port": String(request.socket.localPort ?? ""),
    "x-forwarded-proto": "http",
  };
}

/** Node reads header bytes as Latin-1; an event is UTF-8. */
function decodeHeader(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  const text = bytes.toString("utf8");
  return text.includes("\uFFFD") ? value : text;
}

function toCookies(request: IncomingMessage): string[] {
  return (request.headersDistinct.cookie ?? []).flatMap((line) => line.split(/; */)).filter((cookie) => cookie !== "");
}

/** Decoded; a name that comes more than once has its values joined with a comma. */
function toQueryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
}

function isText(contentType = ""): boolean {
  const mediaType = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return mediaType.startsWith("text/") || /^application\/(json|xml|javascript)$/.test(mediaType);
}

/** `05/Nov/2026:10:20:30 +0000`, the time format of access logs. */
function toClfTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
