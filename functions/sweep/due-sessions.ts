import pMap from "p-map";
import { dueShards } from "../../shared/aws/item-keys.ts";
import { toTimestamp } from "../../shared/clock.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { attend } from "./attend.ts";
import { eachSession } from "./each-session.ts";
import { attempt, type Round } from "./sweep-deps.ts";

/** Attends to every session whose alarm clock has rung, all shards at once. What is not done stays due. */
export async function attendDueSessions(round: Round): Promise<void> {
  const { deps, report } = round;
  const until = toTimestamp(deps.clock.now());
  const finished = await pMap(dueShards, (shard) =>
    eachSession(
      deps.table,
      { shard, until },
      {
        isOver: round.isOver,
        visit: async ({ session_id }) => {
          if (!(await attempt(round, { session_id }, () => attend(round, session_id))))
            await toTheBack(round, session_id);
        },
      },
    ),
  );
  if (finished.includes(false)) report.complete = false;
}

/**
 * A session that cannot be ended stays due, but behind the others: many of them must not use up the time of every
 * sweep to come. Since when it was due stands beside it, or nobody would ever hear how late it is.
 */
async function toTheBack(round: Round, sessionId: string): Promise<void> {
  const { deps } = round;
  round.failed.add(sessionId);
  await attempt(round, { session_id: sessionId }, async () => {
    const now = toTimestamp(deps.clock.now());
    const stored = (await deps.sessions.findStored(sessionId)) as SessionRecord | undefined;
    if (stored === undefined) return;
    await deps.table.update(stored, {
      UpdateExpression: "SET due_at = :now, put_off = :put_off",
      ConditionExpression: "attribute_exists(due_shard) AND due_at <= :now",
      ExpressionAttributeValues: { ":now": now, ":put_off": { due_since: dueSince(stored), until: now } },
    });
  });
}

/** Since when a session is due. Whoever set its alarm clock since it was put off made that past. */
function dueSince({ due_at, put_off }: Pick<SessionRecord, "due_at" | "put_off">): string {
  return put_off?.until === due_at ? put_off.due_since : due_at;
}

/** What is still due, for the report: at most a page per shard. */
export async function countRemaining({ deps, report }: Round): Promise<void> {
  const now = deps.clock.now();
  const pages = await pMap(dueShards, (shard) =>
    deps.table.queryPage({
      IndexName: "by_due",
      KeyConditionExpression: "due_shard = :shard AND due_at <= :now",
      ExpressionAttributeValues: { ":shard": shard, ":now": toTimestamp(now) },
      ProjectionExpression: "pk, sk, due_at, put_off",
    }),
  );
  const due = pages.flatMap(({ items }) => items.map((item) => dueSince(item as unknown as SessionRecord)));
  report.remaining = due.length;
  const oldest = due.sort()[0];
  if (oldest !== undefined) {
    report.oldest_due_seconds = Math.max(0, Math.round((now.getTime() - Date.parse(oldest)) / 1000));
  }
}
