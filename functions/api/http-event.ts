/** API Gateway's payload 2.0, as far as we read it, and the way between it and the web's Request and Response. */
export interface HttpEvent {
  rawPath: string;
  rawQueryString: string;
  cookies?: string[];
  headers: Record<string, string | undefined>;
  body?: string;
  isBase64Encoded: boolean;
  requestContext: {
    requestId: string;
    domainName: string;
    http: { method: string; path: string };
    authorizer?: { lambda?: unknown };
  };
}

export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
}

/** A Request cannot be made with these, and no route takes them: under another name they get their 405. */
const FORBIDDEN: ReadonlySet<string> = new Set(["TRACE", "TRACK", "CONNECT"]);

/**
 * Whether a decoded path has a segment `.` or `..`. A URL resolves them, encoded or not: the deletion of a file that
 * somebody named `../../../sessions` would become that of all sessions.
 */
export function hasDotSegment(rawPath: string): boolean {
  return rawPath.split("/").some((segment) => segment === "." || segment === "..");
}

/** `signal` fires when the client hung up, where somebody knows. */
export function toRequest(event: HttpEvent, signal?: AbortSignal): Request {
  const { http, domainName } = event.requestContext;
  const query = event.rawQueryString === "" ? "" : `?${event.rawQueryString}`;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers.set(name, value);
  if (event.cookies !== undefined && event.cookies.length > 0) headers.set("cookie", event.cookies.join("; "));
  const hasBody = event.body !== undefined && http.method !== "GET" && http.method !== "HEAD";
  const body = hasBody ? Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8") : null;
  // HTTP APIs hand over the path percent-decoded: encoded again, a `#` or `%` in a file's name stays what it is.
  const path = event.rawPath.split("/").map(encodeURIComponent).join("/");
  return new Request(`https://${domainName}${path}${query}`, {
    ...{ method: FORBIDDEN.has(http.method) ? `X-${http.method}` : http.method, headers, body },
    ...(signal === undefined ? {} : { signal }),
  });
}

export async function toAnswer(response: Response): Promise<HttpAnswer> {
  const cookies = response.headers.getSetCookie();
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== "set-cookie"));
  const body = Buffer.from(await response.arrayBuffer());
  const isText = /^(text\/|application\/(\w+\+)?(json|javascript|xml))/.test(headers["content-type"] ?? "");
  return {
    statusCode: response.status,
    headers,
    ...(cookies.length === 0 ? {} : { cookies }),
    ...encode(body, isText),
  };
}

/** Lambda takes 6 MB of JSON as an answer. */
const ROOMY_BYTES = 2 * 1024 * 1024;

/** Text stays text, unless JSON's escapes would make it longer than base64 does, and it might not go through. */
function encode(body: Buffer, isText: boolean): Pick<HttpAnswer, "body" | "isBase64Encoded"> {
  const text = isText || body.length === 0 ? body.toString("utf8") : undefined;
  const isShort = text !== undefined && (body.length < ROOMY_BYTES || escapedLength(text) < (body.length * 4) / 3);
  return isShort ? { body: text, isBase64Encoded: false } : { body: body.toString("base64"), isBase64Encoded: true };
}

function escapedLength(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
