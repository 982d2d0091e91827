import type { HttpEvent } from "./http-event.ts";
import { ACCOUNT_ID, API_ID } from "./http-event.ts";

/** What became of asking the authorizer. */
export type Decision =
  | { kind: "allowed"; context: Record<string, unknown> }
  | { kind: "denied" }
  | { kind: "missing_identity" }
  | { kind: "failed" };

/** What the authorizer is built from. */
export interface AuthorizerOptions {
  region: string;
  cacheSeconds: number;
  /** Invokes the authorizer function; rejects when it fails. */
  invoke(event: object): Promise<unknown>;
}

/** More tokens than this on one machine are a load test; the oldest answers go first. */
const MAX_CACHED = 10_000;

/**
 * A Lambda authorizer with simple responses, asked as API Gateway asks it: not at all without the identity source
 * (the Authorization header), and once per identity for as long as its answer is cached, whatever the route.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function createAuthorizer({ region, cacheSeconds, invoke }: AuthorizerOptions) {
  const cache = new Map<string, { decision: Decision; until: number }>();

  async function ask(event: HttpEvent, identity: string): Promise<Decision> {
    try {
      return toDecision(await invoke(toAuthorizerEvent(event, identity, region)));
    } catch {
      return { kind: "failed" };
    }
  }

  return async function authorize(event: HttpEvent): Promise<Decision> {
    const identity = event.headers.authorization;
    if (identity === undefined || identity === "") return { kind: "missing_identity" };
    const cached = cache.get(identity);
    if (cached !== undefined && cached.until > Date.now()) return cached.decision;
    const decision = await ask(event, identity);
    cache.delete(identity); // the place in line of a Map's key is that of its first insertion
    if (decision.kind !== "failed" && cacheSeconds > 0) {
      cache.set(identity, { decision, until: Date.now() + cacheSeconds * 1000 });
    }
    if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value ?? "");
    return decision;
  };
}

function toAuthorizerEvent(event: HttpEvent, identity: string, region: string): object {
  const { body: _body, isBase64Encoded: _isBase64Encoded, ...request } = event;
  const { method, path } = event.requestContext.http;
  return {
    ...request,
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:${region}:${ACCOUNT_ID}:${API_ID}/$default/${method}${path}`,
    identitySource: [identity],
  };
}

/** Anything but a proper simple response is a failure of the authorizer: 500, as on AWS. */
function toDecision(answer: unknown): Decision {
  if (typeof answer !== "object" || answer === null || !("isAuthorized" in answer)) return { kind: "failed" };
  if (typeof answer.isAuthorized !== "boolean") return { kind: "failed" };
  if (!answer.isAuthorized) return { kind: "denied" };
  const context = "context" in answer && typeof answer.context === "object" ? answer.context : {};
  return { kind: "allowed", context: { ...context } };
}
