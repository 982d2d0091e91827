import type { IncomingMessage, ServerResponse } from "node:http";
import { hangUpSignal, readBody, sendJson } from "../http.ts";
import type { LocalFunctions } from "./functions.ts";
import { MAX_ASYNC_PAYLOAD_BYTES, MAX_SYNC_PAYLOAD_BYTES } from "./protocol.ts";
import { TooManyRequests } from "./worker-pool.ts";

const route = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Lambda's `Invoke` over HTTP, as far as the SDK's client needs it. Answers false for a request that is not one. */
export async function answerInvoke(
  functions: LocalFunctions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const match = route.exec(new URL(request.url ?? "/", "http://host").pathname);
  if (request.method !== "POST" || match === null) return false;
  // A full ARN is as good as a name: the name is its last part.
  const name = decodeURIComponent(match[1] ?? "").replace(/^arn:.*:function:/, "");
  const isAsync = request.headers["x-amz-invocation-type"] === "Event";
  const limit = isAsync ? MAX_ASYNC_PAYLOAD_BYTES : MAX_SYNC_PAYLOAD_BYTES;
  const body = await readBody(request, limit);
  if (body === undefined) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    refuse(response, 413, "RequestTooLargeException", message);
    return true;
  }
  if (!functions.has(name)) {
    refuse(response, 404, "ResourceNotFoundException", `Function not found: ${name}`);
    return true;
  }
  const event = body.length === 0 ? "{}" : body.toString("utf8");
  if (!isJson(event)) {
    refuse(response, 400, "InvalidRequestContentException", "Could not parse request body into json");
    return true;
  }
  if (isAsync) {
    functions.invokeLater(name, event);
    response.writeHead(202).end();
    return true;
  }
  try {
    const { payload, functionError } = await functions.invokeRaw(name, event, { signal: hangUpSignal(response) });
    const headers: Record<string, string> = { "x-amz-executed-version": "$LATEST" };
    if (functionError !== undefined) headers["x-amz-function-error"] = functionError;
    response.writeHead(200, { "content-type": "application/json", ...headers }).end(payload);
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    refuse(response, 429, error.name, error.message);
  }
  return true;
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { Type: "User", Message: message, message }, { "x-amzn-errortype": code });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
