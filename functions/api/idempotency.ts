/**
 * `Idempotency-Key` on POST: the first answer is kept for 24 hours and given again to the same request; the same key
 * with another body is 422. The claim is a conditional write, so of two at once one does the work.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { answerTieKey, type ItemKey, idempotencyItemKey, isUserKey } from "../../shared/aws/item-keys.ts";
import { toEpochSeconds } from "../../shared/clock.ts";
import { AppError } from "../../shared/errors.ts";
import type { Principal } from "../../shared/identity/principal.ts";
import { sha256Hex } from "../../shared/ids.ts";
import { isTombstone } from "../../shared/sessions/session-record.ts";
import type { ApiContext } from "./answer.ts";
import { readBody } from "./body.ts";
import type { ApiDeps } from "./deps.ts";

const KEPT_SECONDS = 24 * 3600;
/** A claim without an answer for this long belongs to a call that died. */
const CLAIM_SECONDS = 60;
/** Answers that are larger, compressed, are not kept; the key then guards the call only while it runs. */
const MAX_KEPT_BYTES = 300_000;

export async function withIdempotency(
  deps: ApiDeps,
  context: ApiContext,
  principal: Principal,
  act: () => Promise<Response>,
): Promise<Response> {
  const key = context.req.header("idempotency-key");
  const caller = callerOf(principal);
  // Callers without a token share no identity: a kept answer could hand one guest's token to another.
  if (key === undefined || caller === undefined || context.req.method !== "POST") return act();
  if (key.length > 255 || !/^[\x21-\x7e]+$/.test(key)) {
    throw new AppError("invalid_request", "Cannot use this Idempotency-Key: send 1-255 visible ASCII characters");
  }
  // The body is read here for its hash, and put back for the route.
  const bytes = await readBody(context.req.raw, deps.limits.inlineUploadBytes);
  context.req.raw = new Request(context.req.raw, { body: bytes as Uint8Array<ArrayBuffer> });
  const hash = fingerprint(context, bytes);
  const itemKey = idempotencyItemKey(caller, key, context.req.param("session_id"));
  const claimed = await claim(deps, itemKey, hash);
  if (claimed !== undefined) return claimed;
  return keepAnswer(deps, itemKey, act);
}

/** A service's calls for two users are those of two callers, as their answers belong to two people. */
function callerOf(principal: Principal): { name: string; userId: string } | undefined {
  if (principal.kind === "nobody" || principal.userId === undefined) return undefined;
  const acting = principal.kind === "service" ? `:${principal.clientId}` : "";
  return { name: `${principal.kind}${acting}:${principal.userId}`, userId: principal.userId };
}

/** A multipart body has a new boundary each time it is sent, so its own text does not count. */
function fingerprint(context: ApiContext, bytes: Uint8Array): string {
  const boundary = /boundary="?([^";]+)/i.exec(context.req.header("content-type") ?? "")?.[1];
  const text = Buffer.from(bytes).toString("latin1");
  const body = boundary === undefined ? text : text.replaceAll(boundary, "");
  const url = new URL(context.req.url);
  return sha256Hex(`${context.req.method} ${url.pathname}${url.search}\n${body}`);
}

/** Claims the key; answers what was answered before when somebody else did. */
async function claim(deps: ApiDeps, key: ItemKey, hash: string): Promise<Response | undefined> {
  const now = toEpochSeconds(deps.clock.now());
  const item = { ...key, request_hash: hash, claimed_until: now + CLAIM_SECONDS, ttl: now + KEPT_SECONDS };
  const free = "attribute_not_exists(pk) OR #ttl < :now OR (attribute_not_exists(#status) AND claimed_until < :now)";
  const claimed = await deps.table.put(item, {
    ConditionExpression: free,
    ExpressionAttributeNames: { "#ttl": "ttl", "#status": "status" },
    ExpressionAttributeValues: { ":now": now },
  });
  if (claimed) return undefined;
  const kept = await deps.table.find(key);
  if (kept !== undefined && kept.request_hash !== hash) {
    throw new AppError(
      "idempotency_key_reused",
      "Cannot use this Idempotency-Key: it came with another request before",
    );
  }
  if (kept?.status === undefined)
    throw new AppError("conflict", "Cannot answer yet: the same request is still running");
  const headers = { ...(kept.headers as Record<string, string>), "idempotent-replayed": "true" };
  return new Response(gunzipSync(kept.body_gzip as Uint8Array), { status: Number(kept.status), headers });
}

async function keepAnswer(deps: ApiDeps, key: ItemKey, act: () => Promise<Response>): Promise<Response> {
  let response: Response;
  try {
    response = await act();
  } catch (error) {
    await deps.table.remove(key); // nothing was done: the same key may be tried again
    throw error;
  }
  // Text that JSON escapes grows up to sixfold; compressed it is about as large as what it says.
  const body = gzipSync(await response.clone().arrayBuffer());
  if (body.byteLength > MAX_KEPT_BYTES) await deps.table.remove(key);
  else {
    const sessionId = isUserKey(key) ? await sessionMadeBy(response) : undefined;
    if (sessionId !== undefined) await tieToSession(deps, key, sessionId);
    await keep(deps, key, response, body);
    if (sessionId !== undefined) await assertTied(deps, key, sessionId);
  }
  return response;
}

async function sessionMadeBy(response: Response): Promise<string | undefined> {
  if (!response.headers.get("content-type")?.startsWith("application/json")) return undefined;
  const { session_id } = (await response.clone().json()) as { session_id?: unknown };
  return typeof session_id === "string" ? session_id : undefined;
}

/** The answer that tells of a new session stands with the user; this says so where the session's end looks. */
async function tieToSession(deps: ApiDeps, key: ItemKey, sessionId: string): Promise<void> {
  const ttl = toEpochSeconds(deps.clock.now()) + KEPT_SECONDS;
  await deps.table.put({ ...answerTieKey(sessionId, key), tied: true, ttl });
}

/** A session that ended before it was tied has not taken the answer with it. */
async function assertTied(deps: ApiDeps, key: ItemKey, sessionId: string): Promise<void> {
  const stored = await deps.sessions.findStored(sessionId);
  if (stored !== undefined && !isTombstone(stored) && stored.status !== "deleting") return;
  await deps.table.writeBatch({ remove: [key, answerTieKey(sessionId, key)] });
}

/** Only over the claim: when the session ended meanwhile, the claim went with it and nothing may stay. */
async function keep(deps: ApiDeps, key: ItemKey, response: Response, body: Uint8Array) {
  await deps.table.update(key, {
    UpdateExpression: "SET #status = :status, headers = :headers, body_gzip = :body, #ttl = :ttl",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeNames: { "#status": "status", "#ttl": "ttl" },
    ExpressionAttributeValues: {
      ":status": response.status,
      ":headers": Object.fromEntries(response.headers),
      ":body": body,
      ":ttl": toEpochSeconds(deps.clock.now()) + KEPT_SECONDS,
    },
  });
}
