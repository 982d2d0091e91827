/** The same call as people make it: by curl, and by the client. */
import type { Operation, Parameter } from "./openapi-types.ts";

/** One operation and where it stands. */
export interface Call {
  method: string;
  path: string;
  operation: Operation;
}

const HOST = "https://cubby.example.com";

/** A line for a shell; `$TOKEN` is the caller's. */
export function curlSample({ method, path, operation }: Call): string {
  const url = `${HOST}${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => exampleOf(operation, name))}`;
  const lines = [
    ...(method === "get" ? [] : [`-X ${method.toUpperCase()}`]),
    ...(operation.security.length === 0 ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...bodyArguments(operation),
    url,
  ];
  return `curl ${lines.join(" \\\n  ")}`;
}

function bodyArguments({ requestBody }: Operation): string[] {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (type === undefined || media === undefined) return [];
  if (type === "multipart/form-data") return ["-F file=@sales.csv"];
  if (type === "application/json") return [`-H "Content-Type: ${type}"`, `-d '${JSON.stringify(media.example ?? {})}'`];
  return [`-H "Content-Type: ${type}"`, "--data-binary @sales.csv"];
}

function exampleOf({ parameters = [] }: Operation, name: string): string {
  const parameter = parameters.find((one) => one.in === "path" && one.name === name);
  return String(parameter?.example ?? parameter?.schema.example ?? parameter?.schema.examples?.[0] ?? name);
}

/** The same with the TypeScript client. */
export function clientSample({ operation }: Call): string {
  const params = (operation.parameters ?? []).filter((one) => one.in === "path");
  const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const parts = [
    ...(params.length === 0 ? [] : [`params: { ${params.map(toShorthand).join(", ")} }`]),
    ...(type === undefined ? [] : [`body: ${type === "application/json" ? literal(media?.example ?? {}) : "content"}`]),
  ];
  return `await cubby.api.${operation.operationId}(${parts.length === 0 ? "" : `{ ${parts.join(", ")} }`});`;
}

function toShorthand({ name }: Parameter): string {
  return name;
}

/** JSON as one writes it in TypeScript: names without quotes where they need none. */
function literal(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replaceAll(/\n\s*/g, " ")
    .replaceAll(/"([A-Za-z_]\w*)": /g, "$1: ");
}
