/**
 * Holds every answer that an acceptance test gets from the API to the OpenAPI document: its status, its media type, the
 * code of its problem, and the headers that mean something. Loaded before the tests; an answer that is not documented
 * fails the request, whatever the test looks at.
 */
import { answerHeaders } from "../../shared/contract/headers.ts";
import { createOpenApi } from "../../shared/contract/openapi/document.ts";
import type { Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";

interface Documented {
  headers?: Record<string, unknown>;
  content?: Record<string, { schema?: { allOf?: [unknown, { properties: { code: { enum: string[] } } }] } }>;
}

const routes = Object.values(contract) as Route[];
const { paths = {} } = createOpenApi(routes, "0");
const patterns = routes
  .map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replace(/\{\w+\+\}/, ".+").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  }))
  // Literal addresses before those with parameters, which would take their words for an id.
  .sort((a, b) => a.route.path.split("{").length - b.route.path.split("{").length);

function responsesOf(method: string, path: string): Record<string, Documented> | undefined {
  const found = patterns.find(({ route, pattern }) => route.method === method && pattern.test(path))?.route;
  const operation = found && (paths[found.path.replace("+}", "}")] as Record<string, { responses?: object }>);
  return operation?.[method.toLowerCase()]?.responses as Record<string, Documented> | undefined;
}

/** Why this answer is not what the document says; undefined when it is. */
async function whyNot(answer: Response, documented: Documented | undefined): Promise<string | undefined> {
  if (documented === undefined) return "this status";
  const type = answer.headers.get("content-type");
  const content = type === null ? undefined : documented.content?.[type];
  const isEmpty = answer.body === null || answer.headers.get("content-length") === "0";
  if (content === undefined && !isEmpty) return `the media type ${type}`;
  const header = Object.keys(answerHeaders).find(
    (name) => answer.headers.has(name) && documented.headers?.[name] === undefined,
  );
  if (header !== undefined) return `the header ${header}`;
  if (type !== "application/problem+json") return undefined;
  const { code } = (await answer.clone().json()) as { code: string };
  return content?.schema?.allOf?.[1].properties.code.enum.includes(code) ? undefined : `the code ${code}`;
}

/** As the gateway reads a path: an encoded slash divides it like any other. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

const send = globalThis.fetch;
globalThis.fetch = async function checkedFetch(input, init) {
  const answer = await send(input, init);
  const { hostname, pathname } = new URL(input instanceof Request ? input.url : input);
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  const responses = hostname === "127.0.0.1" ? responsesOf(method, decoded(pathname)) : undefined;
  // Followed redirects answer from the storage, and HEAD is a GET without its body.
  if (responses === undefined || answer.redirected) return answer;
  const why = await whyNot(answer, responses[answer.status]);
  if (why !== undefined) throw new Error(`${method} ${pathname} answered ${answer.status}: ${why} is not documented`);
  return answer;
};
