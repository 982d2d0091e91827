import type { IncomingMessage } from "node:http";
import { apiCors } from "../../cors.ts";

/** Headers that the gateway puts on a function's answer, over what the function says itself; none when CORS is off. */
export type Cors = (request: IncomingMessage) => Record<string, string>;

/**
 * API Gateway's CORS: it describes the answers of the integration and decides nothing. A page that is not allowed
 * gets its answer without headers, and its browser keeps it. The gateway's own refusals carry no headers either.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function createCors(origins: readonly string[]): Cors {
  return function corsHeaders(request) {
    const { origin } = request.headers;
    const isAny = origins.includes("*");
    if (origin === undefined || !(isAny || origins.includes(origin))) return {};
    return {
      "access-control-allow-origin": isAny ? "*" : origin,
      "access-control-expose-headers": apiCors.exposedHeaders.join(","),
      ...(isAny ? {} : { vary: "origin" }),
      ...(request.headers["access-control-request-method"] !== undefined && preflightHeaders),
    };
  };
}

const preflightHeaders = {
  // Without credentials `*` covers every method.
  "access-control-allow-methods": "*",
  "access-control-allow-headers": apiCors.requestHeaders.join(","),
  "access-control-max-age": String(apiCors.maxAgeSeconds),
};
