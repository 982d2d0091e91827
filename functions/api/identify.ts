import type { Route } from "../../shared/contract/route.ts";
import { assertMayCall } from "../../shared/identity/access.ts";
import { NO_TOKEN } from "../../shared/identity/authenticate.ts";
import { actFor, USER_HEADER } from "../../shared/identity/namespaces.ts";
import { callerOf, type Principal } from "../../shared/identity/principal.ts";
import { AppError } from "../../shared/errors.ts";
import { noteTrace } from "../../shared/trace.ts";
import type { ApiContext } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

/**
 * Who is calling, and for whom. The header that names a service's user is applied here and not in the authorizer,
 * whose answer API Gateway reuses for every request with the same token. Throws when the route is not for this caller.
 */
export async function identify(context: ApiContext, route: Route, deps: ApiDeps): Promise<Principal> {
  const caller = context.env.principal ?? (await checkToken(context, deps));
  noteTrace({ caller: callerOf(caller) });
  if (caller.kind === "nobody") assertMayCall(caller, route.access); // no other fault is a stranger's business
  const principal = actFor(caller, context.req.header(USER_HEADER), deps.namespaces);
  assertMayCall(principal, route.access);
  return principal;
}

/**
 * On open routes no authorizer was asked, and elsewhere it may have been unable to tell: then the same code checks the
 * token here. A bad one is refused on open routes too, instead of making a guest of its bearer.
 */
async function checkToken(context: ApiContext, deps: ApiDeps): Promise<Principal> {
  const authorization = context.req.header("authorization");
  if (authorization === undefined) return { kind: "nobody", reason: NO_TOKEN };
  const principal = await deps.authenticate(authorization);
  if (principal.kind === "nobody") throw new AppError("not_authenticated", principal.reason);
  return principal;
}
