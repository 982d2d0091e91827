import { createDynamo } from "../../shared/aws/clients.ts";
import { createTable } from "../../shared/aws/table.ts";
import { ENV, processEnvironment, readNamespaces, readOidcSettings, required } from "../../shared/config.ts";
import { createAuthenticate } from "../../shared/identity/authenticate.ts";
import { type AuthorizerContext, toAuthorizerContext, uncheckedContext } from "../../shared/identity/principal.ts";
import { createLog } from "../../shared/log.ts";

const env = processEnvironment();
const authenticate = createAuthenticate(createTable(createDynamo(), required(env, ENV.table)), {
  oidc: readOidcSettings(env),
  namespaces: readNamespaces(env),
});
const log = createLog("authorizer");

interface AuthorizerEvent {
  headers?: Record<string, string | undefined>;
}

/**
 * API Gateway's Lambda authorizer, payload 2.0 with simple responses. It always lets the request through and says who
 * it is, `nobody` included: only the API can answer a bad token with 401 and a problem document, and it refuses nobody
 * on every route that is not open. What could not be checked (the issuer or the table out of reach) is left to the API,
 * too: an error thrown here would be API Gateway's bare 500.
 */
export async function handler(event: AuthorizerEvent): Promise<{ isAuthorized: true; context: AuthorizerContext }> {
  try {
    const principal = await authenticate(event.headers?.authorization);
    return { isAuthorized: true, context: toAuthorizerContext(principal) };
  } catch (error) {
    log.error("Token not checked", { error });
    return { isAuthorized: true, context: uncheckedContext };
  }
}
