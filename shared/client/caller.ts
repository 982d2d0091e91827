import type { ClientOptions } from "./client-options.ts";
import { CubbyError } from "./cubby-error.ts";
import { type AnyCall, toBody, toTarget } from "./encode-call.ts";
import { safetyOf } from "./retry-rules.ts";
import { type Answer, type CallOptions, type RequestOptions, type RouteName, routes } from "./routes.ts";
import { type Fetch, send } from "./transport.ts";

/** Makes the calls that everything else of the client consists of. */
export interface Caller {
  /** Calls one route of the contract by name and answers its JSON, or its text where it answers no JSON. */
  call<Name extends RouteName>(name: Name, options: CallOptions<Name>): Promise<Answer<Name>>;
  /** The same, with the whole answer. */
  request<Name extends RouteName>(name: Name, options: CallOptions<Name>): Promise<Response>;
  /** To the storage, by a signed URL: our token has no business there. Sent once, as whoever sends knows what to do. */
  sendSigned(url: string, init: RequestInit): Promise<Response>;
  /** From the storage; a signed URL is safe to fetch again. */
  fetchSigned(url: string, options?: RequestOptions): Promise<Response>;
}

const TIMEOUT_MS = 60_000;
/** A part of an upload takes a slow network longer than an answer does. */
const STORAGE_TIMEOUT_MS = 300_000;
const MAX_RETRIES = 2;

/** Binds the options of a client to its calls. */
export function createCaller(options: ClientOptions): Caller {
  const fetchOne: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const maxRetries = options.maxRetries ?? MAX_RETRIES;

  async function request(name: RouteName, callOptions: AnyCall): Promise<Response> {
    const token = await currentToken(options, {});
    try {
      return await requestWith(token, name, callOptions);
    } catch (error) {
      // A token that ran out is exchanged once; the next one that is refused is not a matter of time.
      const isRefused = error instanceof CubbyError && error.status === 401;
      if (!isRefused || token === undefined || typeof options.token !== "function") throw error;
      return requestWith(await currentToken(options, { refused: token }), name, callOptions);
    }
  }

  function requestWith(token: string | undefined, name: RouteName, callOptions: AnyCall): Promise<Response> {
    const [method = "GET", path = "/"] = routes[name].split(" ");
    const { ifMatch, ifNoneMatch, idempotencyKey, signal } = callOptions;
    const isConditional = ifMatch !== undefined || ifNoneMatch !== undefined;
    const isKeyed = (options.automaticKeys ?? true) && token !== undefined;
    const safety = idempotencyKey === undefined ? safetyOf({ name, method, isConditional, isKeyed }) : "keyed";
    const { body, headers } = toBody(callOptions.body);
    const key = idempotencyKey ?? (safety === "keyed" ? newKey() : undefined);
    for (const [header, value] of ownHeaders(options, token, key, callOptions)) headers.set(header, value);
    return send(fetchOne, {
      url: `${options.baseUrl}${toTarget(path, callOptions)}`,
      init: { method, headers, ...(body === undefined ? {} : { body }) },
      ...{ safety, signal, maxRetries },
      timeoutMs: callOptions.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS,
    });
  }

  return {
    async call<Name extends RouteName>(name: Name, callOptions: CallOptions<Name>) {
      const response = await request(name, callOptions as AnyCall);
      const isJson = response.headers.get("content-type")?.includes("json") === true;
      return (await (isJson ? response.json() : response.text())) as Answer<Name>;
    },
    request: (name, callOptions) => request(name, callOptions as AnyCall),
    sendSigned(url, { signal, ...init }) {
      const outgoing = { url, init, timeoutMs: STORAGE_TIMEOUT_MS, maxRetries: 0, safety: "once" as const };
      return send(fetchOne, { ...outgoing, signal: signal ?? undefined });
    },
    fetchSigned(url, { signal, timeoutMs = STORAGE_TIMEOUT_MS } = {}) {
      return send(fetchOne, { url, init: { method: "GET" }, safety: "repeatable", maxRetries, signal, timeoutMs });
    },
  };
}

function currentToken({ token }: ClientOptions, asked: { refused?: string }) {
  return typeof token === "function" ? token(asked) : token;
}

function ownHeaders(
  { userId }: ClientOptions,
  token: string | undefined,
  key: string | undefined,
  { ifMatch, ifNoneMatch }: RequestOptions,
): [string, string][] {
  const headers: [string, string | undefined][] = [
    ["authorization", token === undefined ? undefined : `Bearer ${token}`],
    ["cubby-user-id", userId === undefined ? undefined : encodeURIComponent(userId)],
    ["idempotency-key", key],
    ["if-match", ifMatch],
    ["if-none-match", ifNoneMatch],
  ];
  return headers.filter((header): header is [string, string] => header[1] !== undefined);
}

/** Keeps apart what one caller sends within a day, and is no secret: where there is no generator, chance will do. */
function newKey(): string {
  const { crypto } = globalThis as { crypto?: { randomUUID?(): string } };
  if (crypto?.randomUUID !== undefined) return crypto.randomUUID();
  const random = () => Math.random().toString(36).slice(2);
  return `${Date.now().toString(36)}-${random()}-${random()}`;
}
