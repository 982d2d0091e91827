import type { Host } from "../../cdk/local/host.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { newSessionId } from "../../shared/ids.ts";
import { newSession } from "./acceptance.ts";
import { viewEngines } from "./engines-view.ts";
import type { OidcIssuer } from "./oidc-issuer.ts";

/** Every kind of caller that a route can meet. */
export const callerNames = [
  "user",
  "service",
  "service for another of its users",
  "service outside its namespace",
  "service without the header",
  "operator",
  "guest",
  "nobody",
  "bad token",
  "expired token",
  "ID token",
  "token of another audience",
] as const;
export type CallerName = (typeof callerNames)[number];

/** Every kind of session id that a caller can name; `own` and `expired` are the caller's where he can have any. */
export const sessionKinds = ["own", "foreign", "missing", "malformed", "expired"] as const;
export type SessionKind = (typeof sessionKinds)[number];

type Headers = Record<string, string>;

/** A caller with the id of a session of this kind. */
export interface Situation {
  sessionId: string;
  headers: Headers;
}

/** Callers whose tokens `idp` signs, on a host that trusts it. */
export async function makeCallers(host: Host, idp: OidcIssuer) {
  const key = await idp.addKey("ES256");
  const hour = Math.floor(Date.now() / 1000) + 3600;
  const bearer = async (claims: object): Promise<Headers> => ({
    authorization: `Bearer ${await idp.sign(key, { exp: hour, ...claims })}`,
  });
  const user = await bearer({ sub: "ana" });
  const bot = await bearer({ sub: "telegram-bot", client_id: "telegram-bot", scope: "cubby/act-as" });
  const fixed: Record<Exclude<CallerName, "guest">, Headers> = {
    user,
    service: { ...bot, "cubby-user-id": "telegram_1" },
    "service for another of its users": { ...bot, "cubby-user-id": "telegram_2" },
    "service outside its namespace": { ...bot, "cubby-user-id": "ana" },
    "service without the header": bot,
    operator: await bearer({ sub: "olga", scope: "cubby/operate" }),
    nobody: {},
    "bad token": { authorization: `${user.authorization?.slice(0, -8)}AAAAAAAA` },
    "expired token": await bearer({ sub: "ana", exp: hour - 7200 }),
    "ID token": await bearer({ sub: "ana", token_use: "id" }),
    "token of another audience": await bearer({ sub: "ana", aud: "another-api" }),
  };
  const victim = await bearer({ sub: "victor" });

  const clientOf = (headers: Headers): Client =>
    createClient({
      baseUrl: host.url,
      fetch: (url, init) =>
        fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...headers } }),
    });
  const made = (headers: Headers) => newSession(clientOf(headers));
  async function newGuest(): Promise<Situation> {
    const { session_id, session_token } = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
    return { sessionId: session_id, headers: { authorization: `Bearer ${session_token}` } };
  }
  /** Whose session the caller would have to use: his own, where he is somebody. */
  const ownerOf = (caller: Exclude<CallerName, "guest">): Headers => {
    if (caller === "user" || caller === "operator") return fixed[caller];
    return caller.startsWith("service") ? fixed.service : user;
  };

  async function make(caller: CallerName, kind: SessionKind): Promise<Situation> {
    const guest = caller === "guest" ? await newGuest() : undefined;
    const headers = guest?.headers ?? fixed[caller as Exclude<CallerName, "guest">];
    if (kind === "missing") return { headers, sessionId: newSessionId(new Date()) };
    if (kind === "malformed") return { headers, sessionId: "session_1" };
    if (kind === "foreign") return { headers, sessionId: await made(victim) };
    const sessionId = guest?.sessionId ?? (await made(ownerOf(caller as Exclude<CallerName, "guest">)));
    if (kind === "expired") await viewEngines(host).expire(sessionId);
    return { headers, sessionId };
  }

  const kept = new Map<string, Promise<Situation>>();

  /** `fresh` where the call may get through, because some routes end the session; else one serves all routes. */
  return function situation(caller: CallerName, kind: SessionKind, { fresh = false } = {}): Promise<Situation> {
    if (fresh) return make(caller, kind);
    const key = `${caller}, ${kind}`;
    const known = kept.get(key) ?? make(caller, kind);
    kept.set(key, known);
    return known;
  };
}
