import * as z from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { type ProblemCode, problems } from "./problems.ts";
import { resultTypes } from "./query.ts";
import type { Route } from "./route.ts";
import { tableLink } from "./table.ts";
import { problemDocument } from "./values.ts";

/** The contract as an OpenAPI 3.1 document, printed from the routes themselves. */
export function createOpenApi(routes: readonly Route[], version: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = route.path.replace("{path+}", "{path}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: toOperation(route) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Cubby",
      version,
      description: "A private, self-cleaning workspace per session: files in, SQL tables out, gone on time.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths: paths as ZodOpenApiPathsObject,
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  });
}

function toOperation(route: Route): ZodOpenApiOperationObject {
  const parameters = pathParameters(route.path);
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.tag],
    security: security(route),
    requestParams: {
      ...(parameters === undefined ? {} : { path: parameters }),
      ...(route.query === undefined ? {} : { query: route.query }),
      ...headers(route),
    },
    ...requestBody(route),
    responses: { [route.status]: success(route), ...otherAnswers(route), ...failures(route) },
  };
}

const idempotencyKey = z.string().max(255).optional();
const actingFor = z
  .string()
  .optional()
  .meta({ description: "Services only, and always: the user they act for, percent-encoded beyond ASCII" });

function headers({ access, method }: Route): { header?: z.ZodObject } {
  const named = {
    ...(access === "open" ? {} : { "cubby-user-id": actingFor }),
    ...(method === "POST" ? { "idempotency-key": idempotencyKey } : {}),
  };
  return Object.keys(named).length === 0 ? {} : { header: z.object(named) };
}

function pathParameters(path: string): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map((match) => match[1] ?? "");
  return names.length === 0 ? undefined : z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
}

function security(route: Route) {
  if (route.access === "open") return [];
  return route.access === "maybe_guest" ? [{ bearer: [] }, {}] : [{ bearer: [] }];
}

function requestBody(route: Route): Pick<ZodOpenApiOperationObject, "requestBody"> {
  if (route.bodyKind === "json" && route.body !== undefined) {
    const required = !route.body.safeParse({}).success; // no body at all is read as `{}`
    return { requestBody: { required, content: { "application/json": { schema: route.body } } } };
  }
  if (route.bodyKind === "multipart") {
    const schema = { type: "object", additionalProperties: { type: "string", format: "binary" } } as const;
    return { requestBody: { required: true, content: { "multipart/form-data": { schema } } } };
  }
  if (route.bodyKind === "binary") {
    const schema = { type: "string", format: "binary" } as const;
    const types = route.bodyTypes ?? ["application/octet-stream"];
    return { requestBody: { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) } };
  }
  return {};
}

function success(route: Route) {
  if (route.answer === undefined) return { description: route.summary };
  const schema = route.name === "getTable" ? z.union([route.answer, tableLink]) : route.answer;
  return { description: route.summary, content: { "application/json": { schema }, ...otherFormats(route) } };
}

/** A query's other formats are files as they are. */
function otherFormats({ name }: Route) {
  if (name !== "query") return {};
  const schema = { type: "string", format: "binary" } as const;
  return Object.fromEntries(Object.values(resultTypes).map((type) => [type, { schema }]));
}

/** Answers beside the first one that some routes have. */
function otherAnswers(route: Route) {
  if (route.name === "createArchive") return { 202: { ...success(route), description: "Still being built" } };
  if (route.name === "query") return { 201: { ...success(route), description: "The rows are in a new file" } };
  if (!["getFile", "getTable", "exportSessions"].includes(route.name)) return {};
  return { 302: { description: "To the presigned URL", headers: z.object({ location: z.string() }) } };
}

/** Problems grouped by status, because OpenAPI keys its answers by status. */
function failures(route: Route) {
  const codes: ProblemCode[] = [...commonProblems(route), ...route.problems];
  const byStatus = Map.groupBy(codes, (code) => problems[code].status);
  const entries = [...byStatus].map(([status, sameStatus]) => [
    status,
    {
      description: [...new Set(sameStatus)].map((code) => `${problems[code].title} (\`${code}\`)`).join("; "),
      content: { "application/problem+json": { schema: problemDocument } },
    },
  ]);
  return Object.fromEntries(entries);
}

function commonProblems(route: Route): ProblemCode[] {
  const codes: ProblemCode[] = ["internal"];
  if (route.access !== "open") codes.push("not_authenticated", "not_allowed", "invalid_request", "unavailable");
  if (route.bodyKind === "json") codes.push("invalid_json", "media_type_not_supported", "body_too_large");
  if (route.method === "POST") codes.push("idempotency_key_reused", "conflict");
  return codes;
}
