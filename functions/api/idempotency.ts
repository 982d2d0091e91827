/**
 * `Idempotency-Key` on POST: the first answer is kept for 24 hours and given again to the same request; the same key
 * with another body is 422. The claim is a conditional write, so of two at once one does the work. A call that failed
 * half-way leaves its claim behind, so that its repetition finds what was made.
 */
import { gzipSync } from "node:zlib";
import { answerTieKey, type ItemKey, idempotencyItemKey, isUserKey } from "../../shared/aws/item-keys.ts";
import { toEpochSeconds } from "../../shared/clock.ts";
import { AppError, isAppError, problems } from "../../shared/errors.ts";
import type { Principal } from "../../shared/identity/principal.ts";
import { sha256Hex } from "../../shared/ids.ts";
import { isTombstone } from "../../shared/sessions/session-record.ts";
import type { ApiContext } from "./answer.ts";
import { readBody } from "./body.ts";
import type { ApiDeps } from "./deps.ts";
import { claimKey, KEPT_SECONDS, type KeyedCall, letGo } from "./keyed-call.ts";

/** Answers that are larger, compressed, are not kept; the key then guards the call only while it runs. */
const MAX_KEPT_BYTES = 300_000;

export async function withIdempotency(
  deps: ApiDeps,
  context: ApiContext,
  principal: Principal,
  act: (keyed: KeyedCall | undefined) => Promise<Response>,
): Promise<Response> {
  const key = context.req.header("idempotency-key");
  const caller = callerOf(principal);
  // Callers without a token share no identity: a kept answer could hand one guest's token to another.
  if (key === undefined || caller === undefined || context.req.method !== "POST") return act(undefined);
  if (key.length > 255 || !/^[\x21-\x7e]+$/.test(key)) {
    throw new AppError("invalid_request", "Cannot use this Idempotency-Key: send 1-255 visible ASCII characters");
  }
  // The body is read here for its hash, and put back for the route.
  const bytes = await readBody(context.req.raw, deps.limits.inlineUploadBytes);
  context.req.raw = new Request(context.req.raw, { body: bytes as Uint8Array<ArrayBuffer> });
  const hash = fingerprint(context, bytes);
  const itemKey = idempotencyItemKey(caller, key, context.req.param("session_id"));
  const claimed = await claimKey(deps, itemKey, hash);
  return claimed instanceof Response ? claimed : keepAnswer(deps, itemKey, () => act(claimed));
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

async function keepAnswer(deps: ApiDeps, key: ItemKey, act: () => Promise<Response>): Promise<Response> {
  let response: Response;
  try {
    response = await act();
  } catch (error) {
    await letGo(deps, key, { isUndone: isRefusal(error) });
    throw error;
  }
  try {
    await keepFor(deps, key, response);
  } catch (error) {
    // It was done, and whoever asked for it is to know. Should he not hear of it, his repetition finds what was made.
    deps.log.error("Answer not kept", { error });
    await letGo(deps, key, { isUndone: false });
  }
  return response;
}

/** Whoever is refused had no effect. What fails for another reason may have had any part of it. */
function isRefusal(error: unknown): boolean {
  return isAppError(error) && problems[error.code].status < 500;
}

async function keepFor(deps: ApiDeps, key: ItemKey, response: Response): Promise<void> {
  // Text that JSON escapes grows up to sixfold; compressed it is about as large as what it says.
  const body = gzipSync(await response.clone().arrayBuffer());
  if (body.byteLength > MAX_KEPT_BYTES) return void (await deps.table.remove(key));
  const sessionId = isUserKey(key) ? await sessionMadeBy(response) : undefined;
  if (sessionId !== undefined) await tieToSession(deps, key, sessionId);
  await keep(deps, key, response, body);
  if (sessionId !== undefined) await assertTied(deps, key, sessionId);
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
