/** The contract as an OpenAPI 3.1 document, printed from the routes themselves. */
import * as z from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { Route } from "../route.ts";
import { problemDocument } from "../values.ts";
import { failures, problemExamples } from "./failures.ts";
import { requestBody, requestParameters } from "./requests.ts";
import { successes } from "./successes.ts";

/** `routes` in the order in which they are to be read. */
export function createOpenApi(routes: readonly Route[], version: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = route.path.replace("{path+}", "{path}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: toOperation(route) };
  }
  const document = createDocument({
    openapi: "3.1.0",
    info: {
      title: "Cubby",
      version,
      description: INTRODUCTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "Where this document comes from" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: paths as ZodOpenApiPathsObject,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer", description: BEARER } },
      schemas: { Problem: problemDocument, GatewayMessage: gatewayMessage },
      examples: problemExamples(routes),
    },
  });
  return withPlainJson(document);
}

/**
 * "Any JSON" comes out of zod as schemas that hold themselves, one for each place and without a name. What they say is
 * what the empty schema says, and generators of types cannot follow them.
 */
function withPlainJson<Value>(document: Value): Value {
  const isNameless = (name: string) => /^__schema\d+$/.test(name);
  const text = JSON.stringify(document, (key, value) => {
    if (isNameless(key)) return undefined;
    const ref: unknown = typeof value === "object" && value !== null ? value.$ref : undefined;
    const isJson = typeof ref === "string" && isNameless(ref.slice(ref.lastIndexOf("/") + 1));
    return isJson ? { ...value, $ref: undefined } : value;
  });
  return JSON.parse(text) as Value;
}

/** What API Gateway says by itself, before Cubby has seen the request. */
const gatewayMessage = z
  .object({ message: z.string() })
  .meta({ id: "GatewayMessage", description: "API Gateway's own answer, before Cubby has seen the request" });

const INTRODUCTION =
  "A private, self-cleaning workspace per session: files in, SQL tables out, gone on time.\n\n" +
  "A session belongs to whoever made it; somebody else's id answers 404, one that is over 410. Lists are pages of " +
  "`{data, next_cursor}`. Every failure is an RFC 9457 problem document whose `code` never changes meaning. Times are " +
  "RFC 3339 in UTC.\n\n" +
  "Percent-encode what goes into a path. Three things do not go into one even so: a `?`, where the path ends (a file or " +
  "document with one in its name is named by `?name=` behind its folder, or behind `-`), and the segments `.` and `..`, " +
  "which are refused.";

const BEARER =
  "An access token of the stage's identity provider, or the `session_token` that a guest was given with his session, " +
  "which is good for that session alone.";

/** The chapters, in the order of a conversation with the API. */
const tags: Record<string, string> = {
  Sessions: "Begin here: a session holds everything else, and takes it along when it ends.",
  Files: "What lies in the eight folders of a session: uploads of any size, downloads, ZIPs, logs.",
  Tables: "What CSV, Excel, JSON and Parquet files became, and SQL over it.",
  History: "What was said and done, in order.",
  Approvals: "The one action that waits for a person's yes or no.",
  Documents: "Research data and intermediate results: any JSON value, in an envelope.",
  Cache: "Answers by query and mode, so that nobody works them out twice.",
  Account: "What belongs to a user beside one session.",
  Operations: "For operators of a stage.",
  Compatibility: "The routes of the systems that Cubby replaces, so that their clients keep working.",
  Service: "Liveness, and this contract.",
};

function toOperation(route: Route): ZodOpenApiOperationObject {
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.tag],
    security: security(route),
    requestParams: requestParameters(route),
    ...requestBody(route),
    responses: { ...successes(route), ...failures(route) },
  };
}

function security({ access }: Route) {
  if (access === "open") return [];
  return access === "maybe_guest" ? [{ bearer: [] }, {}] : [{ bearer: [] }];
}
