import { randomUUID } from "node:crypto";
import type { Host } from "../../cdk/local/host.ts";
import { createApp } from "../../functions/api/app.ts";
import { type ApiDeps, defaultLimits } from "../../functions/api/deps.ts";
import { createLambda, createSqs } from "../../shared/aws/clients.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import type { Clock } from "../../shared/clock.ts";
import { readNamespaces } from "../../shared/config.ts";
import { createAuthenticate } from "../../shared/identity/authenticate.ts";
import type { Principal } from "../../shared/identity/principal.ts";
import { createLog } from "../../shared/log.ts";
import { createMetrics } from "../../shared/metrics.ts";
import { createStatistics } from "../../shared/sessions/session-statistics.ts";
import type { Stores } from "../../shared/stores.ts";
import { ownStores } from "./own-stores.ts";

const BASE_URL = "http://cubby.test";

/** A clock that stands this far ahead of the world's. */
export function clockAhead(milliseconds: number): Clock {
  return { now: () => new Date(Date.now() + milliseconds) };
}

/** The API itself on a host's engines at another time, spoken to by the typed client as this principal. */
export function clientAt(host: Host, clock: Clock, principal: Principal): Client {
  return clientOn(host, ownStores(host, clock), principal);
}

/** The same on stores of the test's own making; `own` are further pieces that are not the host's. */
export function clientOn(
  host: Pick<Host, "env">,
  stores: Stores,
  principal: Principal,
  own: Partial<ApiDeps> = {},
): Client {
  return clientOf(appOn(host, stores, own), principal);
}

/** The typed client on an app of this process; many may share one, which is slow to make. */
export function clientOf(app: App, principal: Principal): Client {
  return createClient({
    baseUrl: BASE_URL,
    ...(principal.kind === "service" && principal.userId !== undefined ? { userId: principal.userId } : {}),
    fetch: fetchTo(app, principal),
  });
}

/**
 * The API itself in this process, as a `fetch` by which this principal calls; presigned URLs go to the storage. Without a
 * principal the API looks at each call's token, as where the authorizer could not tell.
 */
export function fetchOn(
  host: Pick<Host, "env">,
  stores: Stores,
  principal: Principal | undefined,
  own: Partial<ApiDeps> = {},
): typeof fetch {
  return fetchTo(appOn(host, stores, own), principal);
}

type App = ReturnType<typeof createApp>;

/** The API on a host's engines. */
export function appOn(host: Pick<Host, "env">, stores: Stores, own: Partial<ApiDeps> = {}): App {
  const namespaces = readNamespaces(host.env);
  return createApp({
    ...stores,
    log: createLog("test"),
    metrics: createMetrics("test"),
    authenticate: createAuthenticate(stores.table, { oidc: undefined, namespaces }),
    namespaces,
    statistics: createStatistics(stores),
    lambda: createLambda(),
    sqs: createSqs(),
    convertFunction: host.env.CONVERT_FUNCTION ?? "",
    queryFunction: host.env.QUERY_FUNCTION ?? "",
    archiveFunction: host.env.ARCHIVE_FUNCTION ?? "",
    conversionQueueUrl: host.env.CONVERSION_QUEUE_URL ?? "",
    guestsAllowed: true,
    version: "test",
    limits: defaultLimits,
    ...own,
  });
}

function fetchTo(app: App, principal: Principal | undefined): typeof fetch {
  const bindings = { requestId: randomUUID(), ...(principal === undefined ? {} : { principal }) };
  return async (url, init) =>
    String(url).startsWith(BASE_URL) ? app.fetch(new Request(url, init), bindings) : fetch(url, init);
}
