import { ageSeconds, type CacheEntry, endOfEntry } from "../../../shared/cache/cache-entry.ts";
import { cacheHash } from "../../../shared/cache/cache-key.ts";
import { toTimestamp } from "../../../shared/clock.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { rawMembers, toObjectText } from "../../../shared/json-text.ts";
import { endOf } from "../../../shared/sessions/retention.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import { answer } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";

/** `POST /v1/sessions/{session_id}/cache/lookup` */
export const lookupCache = answer(contract.lookupCache, async ({ params, body, principal, deps }) => {
  const session = await deps.sessions.touch(await deps.sessions.get(principal, params.session_id ?? ""));
  const found = await deps.cache.find(session.session_id, cacheHash(body.query, body.mode));
  if (found.state === "miss") return { body: { hit: false, state: "miss" } };
  const facts = { state: found.state, ...timesOf(deps, session, found.entry) };
  if (found.state === "expired") return { body: { hit: false, ...facts } };
  // Put together as text: the result goes out letter by letter as it came in.
  const members = Object.entries({ hit: true, ...facts }).map(
    ([name, value]) => [name, JSON.stringify(value)] as const,
  );
  return new Response(toObjectText([...members, ["result", found.text]]), {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
});

/** `PUT /v1/sessions/{session_id}/cache` */
export const putCache = answer(contract.putCache, async ({ params, body, text, principal, deps }) => {
  const session = await deps.sessions.touch(await deps.sessions.get(principal, params.session_id ?? ""));
  const result = rawMembers(text).get("result") ?? "null";
  const entry = await deps.cache.store(session.session_id, cacheHash(body.query, body.mode), result);
  const { stored_at, expires_at } = timesOf(deps, session, entry);
  return { body: { stored_at, expires_at, size_bytes: entry.size_bytes } };
});

/** `DELETE /v1/sessions/{session_id}/cache` */
export const clearCache = answer(contract.clearCache, async ({ params, body, principal, deps }) => {
  const { session_id } = await deps.sessions.touch(await deps.sessions.get(principal, params.session_id ?? ""));
  if (body.query === undefined || body.mode === undefined) return { body: await deps.cache.clear(session_id) };
  const removed = await deps.cache.remove(session_id, cacheHash(body.query, body.mode));
  return { body: { removed: removed ? 1 : 0, complete: true } };
});

/** An answer ends with its session at the latest; activity may still move that end. */
function timesOf({ rules, clock }: ApiDeps, session: SessionRecord, entry: CacheEntry) {
  const own = endOfEntry(entry, rules.current().cacheHours);
  const { at } = endOf(session, rules.current());
  return {
    age_seconds: ageSeconds(entry, clock.now()),
    stored_at: entry.stored_at,
    expires_at: toTimestamp(own < at ? own : at),
  };
}
