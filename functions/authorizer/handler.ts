import { createDynamo } from "../../shared/aws/clients.ts";
import { createTable } from "../../shared/aws/table.ts";
import { ENV, processEnvironment, readOidcSettings, required } from "../../shared/config.ts";
import { createAuthenticate } from "../../shared/identity/authenticate.ts";
import { type AuthorizerContext, toAuthorizerContext } from "../../shared/identity/principal.ts";

const env = processEnvironment();
const authenticate = createAuthenticate(createTable(createDynamo(), required(env, ENV.table)), readOidcSettings(env));

interface AuthorizerEvent {
  headers?: Record<string, string | undefined>;
}

/**
 * API Gateway's Lambda authorizer, payload 2.0 with simple responses. It always lets the request through and says who
 * it is, `nobody` included: only the API can answer a bad token with 401 and a problem document, and it refuses nobody
 * on every route that is not open.
 */
export async function handler(event: AuthorizerEvent): Promise<{ isAuthorized: true; context: AuthorizerContext }> {
  const principal = await authenticate(event.headers?.authorization);
  return { isAuthorized: true, context: toAuthorizerContext(principal) };
}
