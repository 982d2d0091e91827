/**
 * The claim of an `Idempotency-Key`: an item that says who is at it, and in the end what was answered.
 *
 * A try that fails half-way, or dies, leaves its claim with an id of the call. What the call makes carries that id, so
 * that the next try finds it and answers with it in the place of making another.
 */
import { gunzipSync } from "node:zlib";
import type { ItemKey } from "../../shared/aws/item-keys.ts";
import type { Item } from "../../shared/aws/table.ts";
import { toEpochSeconds, toTimestamp } from "../../shared/clock.ts";
import { AppError } from "../../shared/errors.ts";
import { newSecret } from "../../shared/ids.ts";
import type { ApiDeps } from "./deps.ts";

/** One call with a key, however often it is tried. */
export interface KeyedCall {
  /** The same in each try, and nobody else's; not to be told, because ids are made of it. */
  id: string;
  /** When it was tried first. */
  firstAt: Date;
  /** A try before this one failed or died, and may have had its effect. */
  isRepetition: boolean;
}

export const KEPT_SECONDS = 24 * 3600;
/** A claim without an answer for this long belongs to a call that died. */
const CLAIM_SECONDS = 60;

/** Claims the key; answers what was answered before when somebody else did. */
export async function claimKey(deps: ApiDeps, key: ItemKey, hash: string): Promise<KeyedCall | Response> {
  const now = toEpochSeconds(deps.clock.now());
  const fresh = { ...key, ...newCall(deps), request_hash: hash, claimed_until: now + CLAIM_SECONDS };
  const claimed = await deps.table.put(
    { ...fresh, ttl: now + KEPT_SECONDS },
    {
      ConditionExpression: "attribute_not_exists(pk) OR #ttl < :now",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":now": now },
    },
  );
  if (claimed) return toCall(fresh, false);
  const seen = await deps.table.find(key);
  if (seen !== undefined && seen.request_hash !== hash) {
    throw new AppError(
      "idempotency_key_reused",
      "Cannot use this Idempotency-Key: it came with another request before",
    );
  }
  if (seen?.status !== undefined) return answerAgain(seen);
  const taken = seen === undefined || Number(seen.claimed_until) >= now ? undefined : await takeOver(deps, seen);
  if (taken === undefined) throw new AppError("conflict", "Cannot answer yet: the same request is still running");
  return toCall(taken, true);
}

/** What an earlier try of the call made; a first try has nothing to look for. */
export async function madeBefore<Made>(
  keyed: KeyedCall | undefined,
  find: (call: KeyedCall) => Promise<Made | undefined>,
): Promise<Made | undefined> {
  return keyed?.isRepetition === true ? find(keyed) : undefined;
}

/**
 * Ends a try that has no answer to keep. Where nothing was done the key is free; else the next try goes on at once.
 * Never throws: the caller has something else to say, and a claim that stays is void after a minute.
 */
export async function letGo(deps: ApiDeps, key: ItemKey, { isUndone }: { isUndone: boolean }): Promise<void> {
  try {
    if (isUndone) await deps.table.remove(key);
    else await claimUntil(deps, key, { until: 0, condition: "attribute_exists(pk)" });
  } catch (error) {
    deps.log.error("Claim of an Idempotency-Key not let go", { error });
  }
}

function answerAgain(kept: Item): Response {
  const headers = { ...(kept.headers as Record<string, string>), "idempotent-replayed": "true" };
  return new Response(gunzipSync(kept.body_gzip as Uint8Array), { status: Number(kept.status), headers });
}

/** Goes on with the call of one who died or failed; undefined when somebody else does, or it was answered after all. */
function takeOver(deps: ApiDeps, seen: Item): Promise<Item | undefined> {
  const until = toEpochSeconds(deps.clock.now()) + CLAIM_SECONDS;
  const values = { ":seen": seen.claimed_until };
  return claimUntil(deps, seen, {
    until,
    condition: "attribute_not_exists(#status) AND claimed_until = :seen",
    values,
  });
}

/** A claim of an older version has no id yet. */
function claimUntil(
  deps: ApiDeps,
  key: ItemKey,
  { until, condition, values = {} }: { until: number; condition: string; values?: Record<string, unknown> },
): Promise<Item | undefined> {
  const { call_id, first_at } = newCall(deps);
  return deps.table.update(key, {
    UpdateExpression:
      "SET claimed_until = :until, call_id = if_not_exists(call_id, :id), first_at = if_not_exists(first_at, :at)",
    ConditionExpression: condition,
    ...(condition.includes("#status") ? { ExpressionAttributeNames: { "#status": "status" } } : {}),
    ExpressionAttributeValues: { ":until": until, ":id": call_id, ":at": first_at, ...values },
  });
}

function newCall({ clock }: ApiDeps) {
  return { call_id: newSecret(), first_at: toTimestamp(clock.now()) };
}

function toCall(claim: Record<string, unknown>, isRepetition: boolean): KeyedCall {
  return { id: String(claim.call_id), firstAt: new Date(String(claim.first_at)), isRepetition };
}
