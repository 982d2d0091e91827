/**
 * Walks a slice of the bucket per sweep, in the order of keys, and compares it with the table session by session. The
 * cursor stands on the last key of a whole session, so that each is seen with all of its objects.
 */
import type { ListedObject } from "../../shared/aws/bucket.ts";
import { parseSessionObjectKey, SESSIONS } from "../../shared/aws/object-keys.ts";
import { inspectSession } from "./inspect-session.ts";
import { attempt, type Round } from "./sweep-deps.ts";

const PAGE = 1000;

/** Compares about `pages` thousand objects, to the end of the session where that many are reached. */
export async function compareBucket(round: Round, pages: number): Promise<void> {
  const { deps, report, progress } = round;
  if (pages === 0) return;
  for await (const group of bySession(deps.bucket.list(SESSIONS, progress.bucket_after))) {
    if (round.isOver() || report.compared.objects >= pages * PAGE) return;
    const { sessionId, objects } = group;
    await attempt(round, { session_id: sessionId }, () => inspectSession(round, sessionId, objects));
    report.compared.objects += objects.length;
    const last = objects.at(-1);
    if (last !== undefined) progress.bucket_after = last.key;
  }
  delete progress.bucket_after;
  report.compared.wrapped = true;
}

/** Neighbours with the same session. A key that names none is left to people: none of our functions writes such. */
async function* bySession(
  objects: AsyncIterable<ListedObject>,
): AsyncGenerator<{ sessionId: string; objects: ListedObject[] }> {
  let group: { sessionId: string; objects: ListedObject[] } | undefined;
  for await (const object of objects) {
    const sessionId = parseSessionObjectKey(object.key)?.sessionId;
    if (sessionId === undefined) continue;
    if (group !== undefined && group.sessionId !== sessionId) {
      yield group;
      group = undefined;
    }
    group ??= { sessionId, objects: [] };
    group.objects.push(object);
  }
  if (group !== undefined) yield group;
}
