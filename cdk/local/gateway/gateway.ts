import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { hangUpSignal, readBody } from "../http.ts";
import { type InvocationResult, MAX_SYNC_PAYLOAD_BYTES } from "../lambda/protocol.ts";
import { TooManyRequests } from "../lambda/worker-pool.ts";
import type { Decision } from "./authorizer.ts";
import type { Cors } from "./cors.ts";
import { gatewayAnswer, type HttpAnswer, parseFunctionAnswer, sendAnswer } from "./http-answer.ts";
import { type HttpEvent, parseTarget, toHttpEvent } from "./http-event.ts";
import { INTEGRATION_TIMEOUT_MILLISECONDS, MAX_BODY_BYTES, MAX_HEADER_BYTES } from "./limits.ts";

type Invoke = (event: string, requestId: string, hungUp: AbortSignal) => Promise<InvocationResult>;

/** What stands behind the gateway. */
export interface GatewayOptions {
  /** Routes without an authorizer, as "METHOD /path". */
  openRoutes: readonly string[];
  authorize(event: HttpEvent): Promise<Decision>;
  cors: Cors;
  /** Routes of the web page, whose function is another; also without an authorizer. */
  pageRoutes: readonly string[];
  /** Invokes the function behind every other route with an event as JSON text. */
  invoke: Invoke;
  invokePage: Invoke;
  log(line: string): void;
}

/** Answers one request of the HTTP API. */
export type Gateway = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** An HTTP API with one function behind all routes: refuses, asks and answers what API Gateway would. */
export function createGateway(options: GatewayOptions): Gateway {
  return async function answerRequest(request, response) {
    const requestId = randomUUID();
    const answer = await answerOrFail(options, request, { requestId, hungUp: hangUpSignal(response) });
    sendAnswer(response, request.method ?? "GET", answer, requestId);
  };
}

interface Call {
  requestId: string;
  /** Fires when the client is gone. API Gateway knows it too, and tells nobody. */
  hungUp: AbortSignal;
}

async function answerOrFail(options: GatewayOptions, request: IncomingMessage, call: Call): Promise<HttpAnswer> {
  try {
    return await answer(options, request, call);
  } catch (error) {
    if (error instanceof TooManyRequests) return gatewayAnswer(503, "Service Unavailable");
    if (request.destroyed && !request.complete) return gatewayAnswer(400, "Bad Request"); // the client went away
    options.log(`Cannot answer ${request.method} ${request.url}: ${String(error)}`);
    return gatewayAnswer(500, "Internal Server Error");
  }
}

/** A name or address, and a port. API Gateway serves hosts of its own alone; functions make URLs of what comes here. */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

async function answer(options: GatewayOptions, request: IncomingMessage, call: Call): Promise<HttpAnswer> {
  if (headerBytes(request) > MAX_HEADER_BYTES) return gatewayAnswer(431, "Request Header Fields Too Large");
  const target = parseTarget(request.url ?? "/");
  if (target === undefined) return gatewayAnswer(400, "Bad Request");
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) return gatewayAnswer(413, "Request Entity Too Large");
  const route = `${request.method} ${target.rawPath}`;
  const pageRoute = options.pageRoutes.find((pattern) => matchesRoute(pattern, route));
  const isOpen = pageRoute !== undefined || options.openRoutes.includes(route);
  const routeKey = pageRoute ?? (isOpen ? route : "$default");
  const event = toHttpEvent(request, target, body, { routeKey, requestId: call.requestId, now: new Date() });
  if (!HOST.test(event.requestContext.domainName)) return gatewayAnswer(400, "Bad Request");
  // A preflight carries no token by design; the function behind decides what to say to it.
  if (!isOpen && request.method !== "OPTIONS") {
    const refusal = applyDecision(event, await options.authorize(event));
    if (refusal !== undefined) return refusal;
  }
  const functionAnswer = await invoke(pageRoute === undefined ? options.invoke : options.invokePage, event, call);
  Object.assign(functionAnswer.headers, options.cors(request));
  return functionAnswer;
}

/** Puts the authorizer's context into the event, or answers in its place. */
function applyDecision(event: HttpEvent, decision: Decision): HttpAnswer | undefined {
  switch (decision.kind) {
    case "allowed":
      event.requestContext.authorizer = { lambda: decision.context };
      return undefined;
    case "missing_identity":
      return gatewayAnswer(401, "Unauthorized");
    case "denied":
      return gatewayAnswer(403, "Forbidden");
    case "failed":
      return gatewayAnswer(500, "Internal Server Error");
  }
}

/** `{name}` stands for one segment. */
function matchesRoute(pattern: string, route: string): boolean {
  const [wanted, found] = [pattern.split("/"), route.split("/")];
  return wanted.length === found.length && wanted.every((part, index) => /^{\w+}$/.test(part) || part === found[index]);
}

async function invoke(act: Invoke, event: HttpEvent, { requestId, hungUp }: Call): Promise<HttpAnswer> {
  const payload = JSON.stringify(event);
  if (Buffer.byteLength(payload) > MAX_SYNC_PAYLOAD_BYTES) return gatewayAnswer(413, "Request Entity Too Large");
  const result = await withTimeout(act(payload, requestId, hungUp), INTEGRATION_TIMEOUT_MILLISECONDS);
  if (result === undefined) return gatewayAnswer(503, "Service Unavailable");
  if (result.functionError !== undefined) return gatewayAnswer(500, "Internal Server Error");
  return parseFunctionAnswer(result.payload) ?? gatewayAnswer(500, "Internal Server Error");
}

async function withTimeout<Value>(work: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function headerBytes(request: IncomingMessage): number {
  const values = request.rawHeaders.filter((_, index) => index % 2 === 1);
  const requestLine = `${request.method} ${request.url} HTTP/${request.httpVersion}`;
  return [requestLine, ...values].reduce((sum, text) => sum + Buffer.byteLength(text, "latin1"), 0);
}
