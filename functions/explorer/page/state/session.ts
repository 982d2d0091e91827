import { computed, signal } from "@preact/signals";
import { type Answer, type Client, CubbyError, createClient } from "../../../../shared/client/index.ts";
import { config } from "../config.ts";
import { account, accountToken, finishSignIn } from "./account.ts";
import { explain } from "./explain.ts";
import { keep, readKept } from "./keep.ts";
import { isOnline } from "./ticking.ts";

export type Session = Answer<"getSession">;

/** A guest's session as this browser remembers it: the token is all there is to it. */
export interface GuestSession {
  session_id: string;
  token: string;
  created_at: string;
}

/** Where the page is with its session. `closed`: it ended while one looked at it, or before one came back. */
export type Phase =
  | { kind: "starting" }
  | { kind: "welcome"; problem?: string }
  | { kind: "live" }
  | { kind: "closed"; detail: string }
  | { kind: "failed"; problem: string };

export const phase = signal<Phase>({ kind: "starting" });
export const session = signal<Session | undefined>(undefined);
export const sessionId = computed(() => session.value?.session_id ?? "");
export const guestSessions = signal<readonly GuestSession[]>(readKept<GuestSession[]>("sessions") ?? []);

let guestToken: string | undefined;

/** Who calls: the person who signed in, else the guest of the present session. */
export async function bearerToken(): Promise<string | undefined> {
  return (await accountToken()) ?? guestToken;
}

/** Everything the page says to the API goes through here: it carries the token, and notices that a session is over. */
export const client: Client = createClient({
  baseUrl: location.origin,
  token: bearerToken,
  async fetch(url, init) {
    const response = await fetch(url, init);
    if (response.status === 410) await noteEnd(url, response.clone());
    return response;
  },
});

/** `params` of a route of the present session. */
export function inSession<Rest extends object>(rest?: Rest) {
  return { session_id: sessionId.value, ...(rest as Rest) };
}

async function noteEnd(url: string, response: Response): Promise<void> {
  if (sessionId.value === "" || !url.includes(sessionId.value)) return;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  closeSession(problem.detail ?? "It was over.");
}

export function closeSession(detail: string): void {
  forgetGuest(sessionId.value);
  session.value = undefined;
  phase.value = { kind: "closed", detail };
}

/** Opens the page: finishes a sign-in, goes back to the last session, or makes one. */
export async function start(): Promise<void> {
  phase.value = { kind: "starting" };
  try {
    await finishSignIn();
    if (account.value === undefined && guestSessions.value.length === 0 && !config.guests_allowed) {
      phase.value = { kind: "welcome" };
      return;
    }
    await openLast();
  } catch (error) {
    phase.value = {
      kind: account.value === undefined && !config.guests_allowed ? "welcome" : "failed",
      problem: explain(error),
    };
  }
}

async function openLast(): Promise<void> {
  const last = readKept<string>("current");
  if (account.value !== undefined) {
    const { data } = await client.call("listSessions", { query: { limit: 100 } });
    const found = data.find(({ session_id }) => session_id === last) ?? data[0];
    return found === undefined ? newSession() : enter(found);
  }
  const guest = guestSessions.value.find(({ session_id }) => session_id === last) ?? guestSessions.value.at(-1);
  if (guest === undefined) return newSession();
  guestToken = guest.token;
  try {
    enter(await client.call("getSession", { params: { session_id: guest.session_id } }));
  } catch (error) {
    if (!isOver(error)) throw error;
    forgetGuest(guest.session_id);
    phase.value = { kind: "closed", detail: error.status === 410 ? error.message : "It is not there any more." };
  }
}

/** A fresh session beside those there are. */
export async function newSession(): Promise<void> {
  if (account.value === undefined) guestToken = undefined;
  const { session_token, ...created } = await client.call("createSession", { body: { platform: "web" } });
  if (session_token !== undefined) {
    guestToken = session_token;
    const { session_id, created_at } = created;
    keepGuests([...guestSessions.value, { session_id, token: session_token, created_at }]);
  }
  enter(created);
}

/** To another session of this person; one that has ended meanwhile is forgotten, and the page stays where it is. */
export async function switchSession(to: string): Promise<void> {
  const before = guestToken;
  guestToken = guestSessions.value.find(({ session_id }) => session_id === to)?.token;
  try {
    enter(await client.call("getSession", { params: { session_id: to } }));
  } catch (error) {
    guestToken = before;
    if (isOver(error)) forgetGuest(to);
    throw error;
  }
}

/** Whether a session is not there any more: ended, or removed so long ago that nobody remembers it. */
function isOver(error: unknown): error is CubbyError {
  return error instanceof CubbyError && [401, 404, 410].includes(error.status);
}

/** Ends the session, removes everything in it, and begins a new one; answers the receipt. */
export async function clearSession(): Promise<Answer<"deleteSession">> {
  const { session_id } = inSession();
  const receipt = await client.call("deleteSession", { params: { session_id } });
  forgetGuest(session_id);
  await newSession();
  return receipt;
}

/** Counts as activity, which moves the end. */
export async function extendSession(): Promise<void> {
  session.value = await client.call("touchSession", { params: inSession() });
}

/** Reads the session again: counts, sizes, and when it ends. */
export async function refreshSession(): Promise<void> {
  if (phase.value.kind !== "live" || !isOnline.value) return;
  const { session_id } = inSession();
  const read = await client.call("getSession", { params: { session_id } }).catch(() => undefined);
  if (read !== undefined && read.session_id === sessionId.value) session.value = read;
}

/** The other sessions of this person, newest first. */
export async function listSessions(): Promise<readonly { session_id: string; created_at: string }[]> {
  if (account.value === undefined) return [...guestSessions.value].reverse();
  return (await client.call("listSessions", { query: { limit: 100 } })).data;
}

function enter(value: Session): void {
  session.value = value;
  keep("current", value.session_id);
  phase.value = { kind: "live" };
}

function forgetGuest(id: string): void {
  keepGuests(guestSessions.value.filter(({ session_id }) => session_id !== id));
}

function keepGuests(value: readonly GuestSession[]): void {
  guestSessions.value = value;
  keep("sessions", value);
}
