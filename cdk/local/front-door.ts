import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createAuthorizer } from "./gateway/authorizer.ts";
import { createCors } from "./gateway/cors.ts";
import { createGateway } from "./gateway/gateway.ts";
import { sendJson } from "./http.ts";
import type { LocalFunctions } from "./lambda/functions.ts";
import type { Log } from "./log.ts";
import type { TokenIssuer } from "./token-issuer.ts";
import { functionOf, type LocalTopology } from "./topology.ts";

/** What stands behind the door once the host is up. */
export interface Rooms {
  issuer: TokenIssuer;
  functions: LocalFunctions;
  topology: LocalTopology;
  region: string;
  /** Origins whose pages may call the API. */
  corsOrigins: readonly string[];
  log: Log;
}

/** The host's public address: the developer's token issuer first, then the HTTP API. */
export interface FrontDoor {
  listener: RequestListener;
  /** Until then every request is answered 503. */
  open(rooms: Rooms): void;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A door that listens before there is anything behind it. */
export function createFrontDoor(log: Log): FrontDoor {
  let answer: Answer = async (_request, response) => sendJson(response, 503, { message: "Service Unavailable" });
  return {
    listener(request, response) {
      answer(request, response).catch((error: unknown) => {
        log(`Cannot answer ${request.method} ${request.url}: ${String(error)}`);
        if (!response.headersSent) sendJson(response, 500, { message: "Internal Server Error" });
        else response.destroy();
      });
    },
    open(rooms) {
      answer = createAnswer(rooms);
    },
  };
}

function createAnswer({ issuer, functions, topology, region, corsOrigins, log }: Rooms): Answer {
  const api = functionOf(topology, "http");
  const authorizer = functionOf(topology, "authorizer");
  const page = functionOf(topology, "page");
  const gateway = createGateway({
    openRoutes: topology.openRoutes,
    pageRoutes: topology.pageRoutes,
    authorize: createAuthorizer({
      region,
      cacheSeconds: topology.authorizerCacheSeconds,
      invoke: (event) => functions.invoke(authorizer, event),
    }),
    cors: createCors(corsOrigins),
    invoke: (event, requestId, signal) => functions.invokeRaw(api, event, { requestId, signal }),
    invokePage: (event, requestId, signal) => functions.invokeRaw(page, event, { requestId, signal }),
    log,
  });
  return async (request, response) => {
    if (!(await issuer.answer(request, response))) await gateway(request, response);
  };
}
