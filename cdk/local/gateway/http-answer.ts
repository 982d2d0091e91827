import type { ServerResponse } from "node:http";

/** What goes back over the wire. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** A message in API Gateway's own words. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify({ message })) };
}

/** Headers that describe the connection and belong to the gateway, not to the function. */
const connectionHeaders = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "trailer"]);

/**
 * A function's answer in payload format 2.0, or in the inferred format: without a `statusCode` the whole answer is
 * the body, as JSON, with status 200. Undefined where API Gateway answers 500, as it cannot make sense of it.
 */
export function parseFunctionAnswer(payload: string): HttpAnswer | undefined {
  const answer: unknown = JSON.parse(payload);
  if (typeof answer !== "object" || answer === null || !("statusCode" in answer)) {
    const body = typeof answer === "string" ? answer : payload;
    return { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(body) };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  const bytes = Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8");
  const result: HttpAnswer = { status, headers: toHeaders(headers), body: bytes };
  if (Array.isArray(cookies) && cookies.length > 0) result.headers["set-cookie"] = cookies.map(String);
  if (bytes.length > 0 && result.headers["content-type"] === undefined) result.headers["content-type"] = "text/plain";
  return result;
}

function toHeaders(headers: unknown): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  if (typeof headers !== "object" || headers === null) return result;
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (value === null || connectionHeaders.has(lower)) continue;
    // Node writes header text as Latin-1 and refuses the rest; the wire has always carried UTF-8 bytes.
    result[lower] = Buffer.from(String(value), "utf8").toString("latin1");
  }
  return result;
}

/** Writes the answer; one to HEAD says how long its body would have been. */
export function sendAnswer(response: ServerResponse, method: string, answer: HttpAnswer, requestId: string): void {
  const { status, body } = answer;
  const headers: Record<string, string | string[]> = { ...answer.headers, "apigw-requestid": requestId };
  const hasNoBody = status === 204 || status === 304;
  if (hasNoBody) delete headers["content-length"];
  else if (method !== "HEAD" || body.length > 0) headers["content-length"] = String(body.length);
  response.writeHead(status, headers);
  response.end(hasNoBody || method === "HEAD" ? undefined : body);
}
