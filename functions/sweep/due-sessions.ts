import pMap from "p-map";
import { dueShards } from "../../shared/aws/item-keys.ts";
import { toTimestamp } from "../../shared/clock.ts";
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
 * sweep to come.
 */
async function toTheBack(round: Round, sessionId: string): Promise<void> {
  const { deps } = round;
  round.failed.add(sessionId);
  await attempt(round, { session_id: sessionId }, async () => {
    const now = toTimestamp(deps.clock.now());
    const stored = await deps.sessions.findStored(sessionId);
    if (stored === undefined) return;
    await deps.table.update(stored, {
      UpdateExpression: "SET due_at = :now",
      ConditionExpression: "attribute_exists(due_shard) AND due_at <= :now",
      ExpressionAttributeValues: { ":now": now },
    });
  });
}

/** What is still due, for the report: at most a page per shard. */
export async function countRemaining({ deps, report }: Round): Promise<void> {
  const now = deps.clock.now();
  const pages = await pMap(dueShards, (shard) =>
    deps.table.queryPage({
      IndexName: "by_due",
      KeyConditionExpression: "due_shard = :shard AND due_at <= :now",
      ExpressionAttributeValues: { ":shard": shard, ":now": toTimestamp(now) },
      ProjectionExpression: "pk, sk, due_at",
    }),
  );
  const due = pages.flatMap(({ items }) => items.map(({ due_at }) => String(due_at)));
  report.remaining = due.length;
  const oldest = due.sort()[0];
  if (oldest !== undefined) {
    report.oldest_due_seconds = Math.max(0, Math.round((now.getTime() - Date.parse(oldest)) / 1000));
  }
}
