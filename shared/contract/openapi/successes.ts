import * as z from "zod";
import type { ZodOpenApiResponsesObject } from "zod-openapi";
import { examples } from "../examples/all.ts";
import { answerHeaders, commonHeaders } from "../headers.ts";
import type { Route } from "../route.ts";

/** Every answer of a route that is no failure, by status. */
export function successes(route: Route): ZodOpenApiResponsesObject {
  const others = Object.entries(route.otherStatuses ?? {}).map(([status, says]) => [status, success(route, says)]);
  return {
    [route.status]: success(route, route.summary),
    ...Object.fromEntries(others),
    ...(route.redirects === true ? { 302: redirect() } : {}),
    ...(isConditionalRead(route) ? { 304: unchanged() } : {}),
  };
}

function success(route: Route, description: string) {
  const named = (route.answerHeaders ?? []).map((name) => [name, answerHeaders[name].optional()]);
  const headers = z.object({ ...commonHeaders, ...Object.fromEntries(named) });
  return { description, headers, content: { ...jsonContent(route), ...fileContent(route) } };
}

function jsonContent({ name, answer, orAnswer }: Route) {
  if (answer === undefined) return {};
  const schema = orAnswer === undefined ? answer : z.union([answer, orAnswer]);
  const example = examples[name]?.answer;
  return { "application/json": { schema, ...(example === undefined ? {} : { example }) } };
}

/** Files and text as they are. */
function fileContent({ name, answer, answerTypes = [] }: Route) {
  const isText = answer === undefined;
  const schema = isText ? ({ type: "string" } as const) : ({ type: "string", format: "binary" } as const);
  const example = isText ? examples[name]?.answer : undefined;
  return Object.fromEntries(
    answerTypes.map((type) => [type, { schema, ...(example === undefined ? {} : { example }) }]),
  );
}

function redirect() {
  const headers = z.object({ ...commonHeaders, location: answerHeaders.location, etag: answerHeaders.etag.optional() });
  return { description: "To the presigned URL", headers };
}

function isConditionalRead({ method, conditions = [] }: Route): boolean {
  return method === "GET" && conditions.length > 0;
}

function unchanged() {
  const headers = z.object({ ...commonHeaders, etag: answerHeaders.etag });
  return { description: "Nothing is new since the version that is known", headers };
}
