import * as z from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { examples } from "../examples/all.ts";
import { callHeaders, conditions } from "../headers.ts";
import type { Route } from "../route.ts";
import { sessionId, userId } from "../values.ts";

/** Parameters of one route: of its path, of its query, and headers. */
export function requestParameters(route: Route): NonNullable<ZodOpenApiOperationObject["requestParams"]> {
  const path = pathParameters(route);
  const header = headers(route);
  return {
    ...(path === undefined ? {} : { path }),
    ...(route.query === undefined ? {} : { query: withDescriptions(route.query) }),
    ...(header === undefined ? {} : { header }),
  };
}

/** What `.optional()` and `.default()` wrap keeps its words: a parameter has them itself, and not its schema alone. */
function withDescriptions(query: z.ZodObject): z.ZodObject {
  const shape = Object.entries(query.shape as Record<string, z.ZodType>).map(([name, value]) => {
    const description = descriptionOf(value);
    return [name, description === undefined ? value : value.meta({ ...value.meta(), description })];
  });
  return z.strictObject(Object.fromEntries(shape));
}

function descriptionOf(value: z.ZodType): string | undefined {
  const inner = value instanceof z.ZodOptional || value instanceof z.ZodDefault ? value.unwrap() : undefined;
  return value.description ?? (inner instanceof z.ZodType ? descriptionOf(inner) : undefined);
}

/** One segment. A question mark would end the path, encoded or not, and a slash would make two of it. */
const SEGMENT = /^[^/?]+$/;

const segment = (description: string, example: string) => z.string().regex(SEGMENT).meta({ description, example });

/** By name; names that mean different things have one description for each chapter. */
const pathValues: Record<string, z.ZodType | Record<string, z.ZodType>> = {
  session_id: sessionId.regex(SEGMENT).meta({ ...sessionId.meta() }),
  user_id: userId,
  path: z
    .string()
    .regex(/^[^?]+$/)
    .meta({
      description:
        "`folder/name`, each percent-encoded; where the name has a `?`, the folder alone, and `name=` in the query",
      example: "uploads/sales.csv",
    }),
  upload_id: segment("Id of an upload, from its beginning", "0199f3a5c0007d1e8a2b3c4d5e6f7081"),
  archive_id: segment("Id of an archive, from its order", "3f9a1c0b7d2e4856"),
  name: {
    Tables: segment("Name of a table", "sales"),
    Files: segment("Name of a log", "agent.log"),
    Documents: segment("Name of a document; `-` where the query has it", "research_deep_20261121_093000.json"),
  },
};

function pathParameters({ path, tag }: Route): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map((match) => match[1] ?? "");
  if (names.length === 0) return undefined;
  return z.object(Object.fromEntries(names.map((name) => [name, pathValue(name, tag)])));
}

function pathValue(name: string, tag: string): z.ZodType {
  const known = pathValues[name];
  const value = known instanceof z.ZodType ? known : known?.[tag];
  if (value === undefined) throw new Error(`No words for the parameter "${name}" of ${tag}`);
  return value;
}

function headers({ access, method, conditions: understood = [] }: Route): z.ZodObject | undefined {
  const named = {
    ...(access === "open" ? {} : { "cubby-user-id": callHeaders["cubby-user-id"] }),
    ...(method === "POST" ? { "idempotency-key": callHeaders["idempotency-key"] } : {}),
    ...Object.fromEntries(understood.map((name) => [name, conditions[name]])),
  };
  return Object.keys(named).length === 0 ? undefined : z.object(named);
}

/** The body of one route, with an example of it. */
export function requestBody(route: Route): Pick<ZodOpenApiOperationObject, "requestBody"> {
  const example = examples[route.name]?.body;
  const shown = example === undefined ? {} : { example };
  if (route.bodyKind === "json" && route.body !== undefined) {
    const required = !route.body.safeParse({}).success; // no body at all is read as `{}`
    return { requestBody: { required, content: { "application/json": { schema: route.body, ...shown } } } };
  }
  if (route.bodyKind === "multipart") {
    const schema = { type: "object", additionalProperties: { type: "string", format: "binary" } } as const;
    const description = "Any number of files, under any field names";
    return { requestBody: { description, required: true, content: { "multipart/form-data": { schema, ...shown } } } };
  }
  if (route.bodyKind === "binary") {
    const schema = { type: "string", format: "binary" } as const;
    const types = route.bodyTypes ?? ["application/octet-stream"];
    const content = Object.fromEntries(types.map((type) => [type, { schema }]));
    const [first = ""] = types;
    return { requestBody: { required: true, content: { ...content, [first]: { schema, ...shown } } } };
  }
  return {};
}
