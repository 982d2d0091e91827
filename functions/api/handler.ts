import { createLambda, createSqs } from "../../shared/aws/clients.ts";
import { ENV, flag, processEnvironment, readNamespaces, readOidcSettings, required } from "../../shared/config.ts";
import { AppError } from "../../shared/errors.ts";
import { createAuthenticate } from "../../shared/identity/authenticate.ts";
import { parseAuthorizerContext } from "../../shared/identity/principal.ts";
import { createLog } from "../../shared/log.ts";
import { createMetrics } from "../../shared/metrics.ts";
import { createStatistics } from "../../shared/sessions/session-statistics.ts";
import { createStores } from "../../shared/stores.ts";
import { type Trace, withTrace } from "../../shared/trace.ts";
import { VERSION } from "../../shared/version.ts";
import { createApp } from "./app.ts";
import { defaultLimits } from "./deps.ts";
import { guardAnswer } from "./guard-answer.ts";
import { type HttpAnswer, type HttpEvent, hasDotSegment, toAnswer, toRequest } from "./http-event.ts";
import { toProblemResponse } from "./problem.ts";

const env = processEnvironment();
const stores = createStores(env);
const log = createLog("api");
const metrics = createMetrics(required(env, ENV.functionName));
const namespaces = readNamespaces(env);

const app = createApp({
  ...stores,
  log,
  metrics,
  onSessionEnded: () => metrics.add("SessionsEnded", 1),
  authenticate: createAuthenticate(stores.table, { oidc: readOidcSettings(env), namespaces }),
  namespaces,
  statistics: createStatistics(stores),
  lambda: createLambda(),
  sqs: createSqs(),
  convertFunction: required(env, ENV.convertFunction),
  queryFunction: required(env, ENV.queryFunction),
  archiveFunction: required(env, ENV.archiveFunction),
  conversionQueueUrl: required(env, ENV.conversionQueueUrl),
  guestsAllowed: flag(env, ENV.guestsAllowed),
  version: VERSION,
  limits: defaultLimits,
});

/** The local host's alone: API Gateway tells nobody that a client hung up. */
interface Context {
  signal?: AbortSignal;
}

/** API Gateway HTTP API, payload 2.0. */
export function handler(event: HttpEvent, context?: Context): Promise<HttpAnswer> {
  return withTrace({ requestId: event.requestContext.requestId }, (trace) => answer(event, context, trace));
}

async function answer(event: HttpEvent, context: Context | undefined, trace: Trace): Promise<HttpAnswer> {
  const { requestId, authorizer } = event.requestContext;
  const principal = parseAuthorizerContext(authorizer?.lambda);
  const bindings = { requestId, ...(principal === undefined ? {} : { principal }) };
  const started = performance.now();
  await stores.rules.refresh();
  const response = hasDotSegment(event.rawPath)
    ? toProblemResponse(notAsWritten(event.rawPath), requestId, log)
    : await app.fetch(toRequest(event, context?.signal), bindings);
  response.headers.set("x-request-id", requestId);
  guardAnswer(response);
  log.info("Request", {
    principal: principal?.kind ?? "none",
    method: event.requestContext.http.method,
    route: trace.route ?? "none",
    status: response.status,
    milliseconds: Math.round(performance.now() - started),
    engine_requests: trace.engine_requests,
  });
  metrics.publish();
  return toAnswer(response);
}

function notAsWritten(rawPath: string): AppError {
  return new AppError("path_not_allowed", `Cannot follow "${rawPath}": it has a segment "." or ".."`);
}
