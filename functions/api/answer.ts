import type { Context } from "hono";
import type * as z from "zod";
import type { Route } from "../../shared/contract/route.ts";
import { AppError } from "../../shared/errors.ts";
import type { Principal, Somebody } from "../../shared/identity/principal.ts";
import { type JsonBody, readJson } from "./body.ts";
import type { ApiDeps } from "./deps.ts";
import type { KeyedCall } from "./keyed-call.ts";

/** What the host of the app hands in beside the request: who the authorizer says it is, and the request's id. */
export interface Bindings {
  /** Absent where the token is still to be checked: on open routes, and where the authorizer could not. */
  principal?: Principal;
  requestId: string;
}

export type ApiContext = Context<{ Bindings: Bindings }>;

type Parsed<Schema> = Schema extends z.ZodType ? z.infer<Schema> : undefined;

/** A route's call with everything parsed: from here on values are trusted. */
export interface Call<R extends Route> {
  params: Record<string, string>;
  query: Parsed<R["query"]>;
  body: Parsed<R["body"]>;
  /** The JSON body's own text; empty where there is no such body. */
  text: string;
  principal: R["access"] extends "open" | "maybe_guest" ? Principal : Somebody;
  request: Request;
  deps: ApiDeps;
  requestId: string;
  /** Of a POST with an `Idempotency-Key`: what is made by it carries its id. */
  keyed: KeyedCall | undefined;
}

/** What a handler answers; `body` is shaped by the contract before it leaves. */
export interface Reply {
  status?: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface MountedRoute {
  route: Route;
  handle(context: ApiContext, principal: Principal, deps: ApiDeps, keyed: KeyedCall | undefined): Promise<Response>;
}

/** Binds a route of the contract to what it does; who calls, and that he may, is known by then. */
export function answer<R extends Route>(route: R, act: (call: Call<R>) => Promise<Reply | Response>): MountedRoute {
  return {
    route,
    async handle(context, principal, deps, keyed) {
      const request = context.req.raw;
      const query = route.query === undefined ? undefined : parse(route.query, readQuery(context), "query");
      const json = await readJsonBody(route, request, deps);
      const call = {
        params: readParams(context),
        query,
        body: json === undefined || route.body === undefined ? undefined : parse(route.body, json.value, "body"),
        text: json?.text ?? "",
        principal,
        request,
        deps,
        requestId: context.env.requestId,
        keyed,
      };
      return toResponse(route, await act(call as Call<R>));
    },
  };
}

function readParams(context: ApiContext): Record<string, string> {
  return context.req.param() as Record<string, string>;
}

function readQuery(context: ApiContext): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, values] of Object.entries(context.req.queries())) {
    if (values.length > 1) {
      throw new AppError("invalid_request", `Cannot read the query: \`${name}\` is given ${values.length} times`, {
        details: { errors: [{ field: name, in: "query", message: "is given more than once" }] },
      });
    }
    query[name] = values[0] ?? "";
  }
  return query;
}

async function readJsonBody(route: Route, request: Request, { limits }: ApiDeps): Promise<JsonBody | undefined> {
  if (route.bodyKind !== "json" || route.body === undefined) return undefined;
  return readJson(request, route.bodyLimit === "inline" ? limits.inlineUploadBytes : limits.jsonBodyBytes);
}

/** Unknown → trusted, or a problem that names each field that is wrong. */
function parse(schema: z.ZodType, value: unknown, place: "query" | "body"): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => toFieldErrors(issue, place));
  const first = errors[0];
  const detail = `Cannot read the ${place}: ${first === undefined ? "it does not fit" : `${first.field === "" ? "it" : `\`${first.field}\``} ${first.message}`}`;
  throw new AppError("invalid_request", detail, { details: { errors } });
}

function toFieldErrors(issue: z.core.$ZodIssue, place: string) {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ field: [...path, key].join("."), in: place, message: "is not a known field" }));
  }
  return [{ field: path.join("."), in: place, message: lowerFirst(issue.message) }];
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function toResponse(route: Route, reply: Reply | Response): Response {
  if (reply instanceof Response) return reply;
  const body = route.answer === undefined ? reply.body : route.answer.parse(reply.body);
  return new Response(JSON.stringify(body), {
    status: reply.status ?? route.status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...reply.headers },
  });
}
