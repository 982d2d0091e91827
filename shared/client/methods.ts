/** Every route of the contract as a method: typed by it, and described in its words. */
import type { AccountRoutes } from "./methods/account.ts";
import type { DocumentRoutes } from "./methods/documents.ts";
import type { FileRoutes } from "./methods/files.ts";
import type { OlderRoutes } from "./methods/older-systems.ts";
import type { SessionRoutes } from "./methods/sessions.ts";
import type { TableRoutes } from "./methods/tables.ts";
import type { TalkRoutes } from "./methods/talk.ts";
import { type CallOptions, type RouteName, routes } from "./routes.ts";

/** One method a route, under the name of its operation in the OpenAPI document. */
export interface ApiMethods
  extends SessionRoutes,
    FileRoutes,
    TableRoutes,
    TalkRoutes,
    DocumentRoutes,
    AccountRoutes,
    OlderRoutes {}

type Call = <Name extends RouteName>(name: Name, options: CallOptions<Name>) => Promise<unknown>;

/** Binds each name to the one call that they all are. */
export function createMethods(call: Call): ApiMethods {
  const entries = (Object.keys(routes) as RouteName[]).map((name) => [
    name,
    (options = {} as CallOptions<typeof name>) => call(name, options),
  ]);
  return Object.fromEntries(entries) as ApiMethods;
}
