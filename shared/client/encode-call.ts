/** How a call of the contract goes over the wire: its path, its query, its body. */
import { breaksInPath, encodePath, fileAddress } from "../contract/file-address.ts";
import { CubbyError } from "./cubby-error.ts";
import type { RequestOptions } from "./routes.ts";

/** A call of any route, as all of them look alike. */
export interface AnyCall extends RequestOptions {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
}

/** Path and query of one call; a file or document whose name a path cannot hold is named in the query. */
export function toTarget(route: string, { params = {}, query = {} }: AnyCall): string {
  if (/\/(research-data|intermediate-results)\/\{name\}$/.test(route) && breaksInPath(params.name ?? "")) {
    return `${fillIn(route, { ...params, name: "-" })}${toQuery({ ...query, name: params.name })}`;
  }
  if (!route.includes("{path+}")) return `${fillIn(route, params)}${toQuery(query)}`;
  const { path, ...name } = fileAddress(params.path ?? "");
  return `${fillIn(route, { ...params, path })}${toQuery({ ...query, ...name })}`;
}

function fillIn(path: string, params: Record<string, string>): string {
  return path.replaceAll(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) => {
    const value = params[name] ?? "";
    if (leadsElsewhere(value)) {
      const why = `a path cannot hold "?" or "%", nor "", "." or ".." between slashes`;
      throw new CubbyError("path_not_allowed", `Cannot ask for ${name} "${value}": ${why}`, { status: 0 });
    }
    return rest === "" ? encodeURIComponent(value) : encodePath(value);
  });
}

/**
 * Whether a path that holds this is another one: HTTP APIs cut it at a "?", encoded or not, and decode a "%25" twice;
 * fetch resolves dots. The deletion of a file that somebody named `../../../sessions` would be that of all sessions.
 */
function leadsElsewhere(value: string): boolean {
  return breaksInPath(value) || value.split("/").some((segment) => ["", ".", ".."].includes(segment));
}

/** By hand, because not every React Native's URLSearchParams takes pairs. */
function toQuery(query: Record<string, string | number | undefined>): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  );
  return entries.length === 0 ? "" : `?${entries.join("&")}`;
}

/**
 * API Gateway hands `application/json` on as text inside an event, escaped once more, and so with many quotes up to
 * twice as long; any other type as base64. The event is limited: long bodies go the way whose length is known.
 */
const LONG_JSON = 1024 * 1024;

/** A body as fetch takes it, with the header that says what it is. */
export function toBody(body: unknown): { body?: NonNullable<RequestInit["body"]>; headers: Headers } {
  const headers = new Headers();
  if (body === undefined) return { headers };
  // fetch itself names the boundary of a form.
  if (body instanceof FormData) return { body, headers };
  if (body instanceof Blob || body instanceof Uint8Array || typeof body === "string") {
    headers.set("content-type", "application/octet-stream");
    return { body: body as NonNullable<RequestInit["body"]>, headers };
  }
  const text = JSON.stringify(body);
  headers.set("content-type", text.length > LONG_JSON ? "application/vnd.cubby+json" : "application/json");
  return { body: text, headers };
}
