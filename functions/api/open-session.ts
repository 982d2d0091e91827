import type { SessionRequest } from "../../shared/contract/session.ts";
import { AppError, isAppError } from "../../shared/errors.ts";
import { assertSomebody } from "../../shared/identity/access.ts";
import { newGuestToken } from "../../shared/identity/guest-token.ts";
import { actorOf, guestUserId, type Principal, type Somebody } from "../../shared/identity/principal.ts";
import { newSessionId, sessionIdOf } from "../../shared/ids.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import { isLive } from "../../shared/sessions/retention.ts";
import { isTombstone, type SessionRecord } from "../../shared/sessions/session-record.ts";
import { noteTrace } from "../../shared/trace.ts";
import { isOfThread, slowMakerMs, type Thread } from "../../shared/sessions/thread-claims.ts";
import type { ApiDeps } from "./deps.ts";
import { type KeyedCall, madeBefore } from "./keyed-call.ts";
import { assertBelowLimit, assertWithinLimit, makeRoom, withMine } from "./make-room.ts";

export interface OpenedSession {
  record: SessionRecord;
  /** Only for a new guest, and only now. */
  token?: string;
  created: boolean;
}

type Request = Omit<SessionRequest, "reuse">;
interface Wish {
  request: Request;
  keyed: KeyedCall | undefined;
}
type Member = Exclude<Somebody, { kind: "guest" }>;

/** Makes a session for whoever calls (a guest where the stage allows); with `reuse` finds the one there is. */
export async function openSession(
  deps: ApiDeps,
  principal: Principal,
  request: SessionRequest,
  keyed: KeyedCall | undefined,
): Promise<OpenedSession> {
  const opened = await findOrMake(deps, principal, request, keyed);
  noteTrace({ session_id: opened.record.session_id });
  if (opened.created) deps.metrics.add("SessionsCreated", 1);
  return opened;
}

async function findOrMake(
  deps: ApiDeps,
  principal: Principal,
  { reuse, ...request }: SessionRequest,
  keyed: KeyedCall | undefined,
): Promise<OpenedSession> {
  if (principal.kind === "guest" && reuse) {
    // A guest has one session, whatever thread he asks for; when it is over he is a new guest.
    const own = await deps.sessions.findLive(principal.sessionId);
    if (own !== undefined) return { record: await deps.sessions.touch(own), created: false };
  }
  if (principal.kind === "guest" || (principal.kind === "nobody" && deps.guestsAllowed)) {
    return openForGuest(deps, request);
  }
  const member = assertSomebody(principal) as Member;
  const wish = { request, keyed };
  return reuse ? findOrCreate(deps, member, wish) : create(deps, member, wish);
}

/** Every guest is a user of his own with one session, so there is nothing to count and nothing to end. */
async function openForGuest(deps: ApiDeps, request: Request): Promise<OpenedSession> {
  if (!deps.guestsAllowed) throw new AppError("not_allowed", "Cannot make a session for a guest: this stage has none");
  const sessionId = newSessionId(deps.clock.now());
  const { token, hash } = newGuestToken(sessionId);
  const userId = guestUserId(sessionId);
  const createdBy = actorOf({ kind: "guest", userId, sessionId });
  const owner = { sessionId, userId, createdBy, guestTokenHash: hash };
  return { record: await deps.sessions.create(owner, request), token, created: true };
}

/** One write and one read: the session first, then what it makes too many. A limit on live sessions is asked before. */
async function create(deps: ApiDeps, member: Member, { request, keyed }: Wish): Promise<OpenedSession> {
  const { userId } = member;
  const made = await findMade(deps, keyed);
  if (typeof made === "object") return settle(deps, await deps.sessions.listAll(userId), made);
  if (deps.rules.current().maxLiveSessions !== null) assertBelowLimit(deps, await deps.sessions.listAll(userId));
  const owner = { sessionId: made, userId, createdBy: actorOf(member) };
  const record = await deps.sessions.create(owner, request);
  return settle(deps, await deps.sessions.listAll(userId), record);
}

/**
 * The session that an earlier try of this call made, or the id under which this one makes it. One that has ended since
 * is nothing to answer with.
 */
async function findMade(deps: ApiDeps, keyed: KeyedCall | undefined): Promise<SessionRecord | string> {
  if (keyed === undefined) return newSessionId(deps.clock.now());
  for (let ended = 0; ; ended++) {
    const id = sessionIdOf(`${keyed.id} ${ended}`, keyed.firstAt);
    const stored = await madeBefore(keyed, () => deps.sessions.findStored(id));
    if (stored === undefined) return id;
    if (!isTombstone(stored) && isLive(stored, deps.rules.current(), deps.clock.now())) return stored;
  }
}

/** The newest live session of the thread; where there is none, a claim decides which of several calls makes it. */
async function findOrCreate(deps: ApiDeps, member: Member, wish: Wish): Promise<OpenedSession> {
  const { userId } = member;
  const { request, keyed } = wish;
  const thread: Thread = { userId, platform: request.platform, threadId: request.thread_id ?? null };
  const before = await deps.sessions.listAll(userId);
  const listed = before.find((session) => isOfThread(session, thread));
  // The index may be behind: the session itself says whether it still lives, and where.
  const live = listed === undefined ? undefined : await deps.sessions.findLive(listed.session_id);
  if (live !== undefined && isOfThread(live, thread)) return reused(deps, member, wish, live);
  assertBelowLimit(deps, before);
  const started = performance.now();
  const sessionId = await findMade(deps, keyed);
  if (typeof sessionId === "object") return reused(deps, member, wish, sessionId);
  const winner = await deps.threads.claim(thread, sessionId);
  if (winner !== undefined) return reused(deps, member, wish, winner);
  const owner = { sessionId, userId, createdBy: actorOf(member), claimsThread: true };
  const record = await deps.sessions.create(owner, request);
  if (performance.now() - started > slowMakerMs && !(await deps.threads.holds(thread, sessionId))) {
    await endSession(deps, record, "deleted");
    return findOrCreate(deps, member, again(wish));
  }
  const isLimited = deps.rules.current().maxLiveSessions !== null;
  return settle(deps, isLimited ? await deps.sessions.listAll(userId) : before, record);
}

/** A session that is found is a session that is used. Should it end this very moment, another is made. */
async function reused(deps: ApiDeps, member: Member, wish: Wish, live: SessionRecord): Promise<OpenedSession> {
  try {
    return { record: await deps.sessions.touch(live), created: false };
  } catch (error) {
    if (!isAppError(error, "session_expired", "session_not_found")) throw error;
    return findOrCreate(deps, member, again(wish));
  }
}

/** What was made so far has ended. */
function again({ request, keyed }: Wish): Wish {
  return { request, keyed: keyed === undefined ? undefined : { ...keyed, isRepetition: true } };
}

/** After a session was made: what is too many goes. */
async function settle(deps: ApiDeps, listed: readonly SessionRecord[], record: SessionRecord): Promise<OpenedSession> {
  const staying = await assertWithinLimit(deps, withMine(record, listed), record);
  await makeRoom(deps, staying, record);
  return { record, created: true };
}
