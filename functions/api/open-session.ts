import type { SessionRequest } from "../../shared/contract/session.ts";
import { assertSomebody } from "../../shared/identity/access.ts";
import { newGuestToken } from "../../shared/identity/guest-token.ts";
import { actorOf, guestUserId, type Principal } from "../../shared/identity/principal.ts";
import { newSessionId } from "../../shared/ids.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";

export interface OpenedSession {
  record: SessionRecord;
  /** Only for a new guest, and only now. */
  token?: string;
  created: boolean;
}

/** Makes a session for whoever calls (a guest where the stage allows), after making room by keep-N. */
export async function openSession(
  deps: ApiDeps,
  principal: Principal,
  { reuse, ...request }: SessionRequest,
): Promise<OpenedSession> {
  const sessionId = newSessionId(deps.clock.now());
  if (principal.kind === "nobody" && deps.guestsAllowed) {
    const { token, hash } = newGuestToken(sessionId);
    const userId = guestUserId(sessionId);
    const createdBy = actorOf({ kind: "guest", userId, sessionId });
    const owner = { sessionId, userId, createdBy, guestTokenHash: hash };
    return { record: await deps.sessions.create(owner, request), token, created: true };
  }
  const somebody = assertSomebody(principal);
  const { userId } = somebody;
  const { sessions } = await deps.sessions.list(userId, MAX_LISTED);
  const live = reuse ? sessions.find((session) => isSameThread(session, request)) : undefined;
  if (live !== undefined) return { record: await deps.sessions.touch(live), created: false };
  await makeRoom(deps, sessions);
  return {
    record: await deps.sessions.create({ sessionId, userId, createdBy: actorOf(somebody) }, request),
    created: true,
  };
}

const MAX_LISTED = 100;

function isSameThread(session: SessionRecord, request: Pick<SessionRequest, "platform" | "thread_id">): boolean {
  return session.platform === request.platform && session.thread_id === (request.thread_id ?? null);
}

/** Keep-N: the oldest go so that with the new one there are at most N. One that woke up meanwhile stays. */
async function makeRoom(deps: ApiDeps, newestFirst: readonly SessionRecord[]): Promise<void> {
  for (const session of newestFirst.slice(deps.rules.current().keepNewest - 1)) {
    await endSession(deps, session, "keep_newest", { ifUnusedSince: session.last_activity });
  }
}
