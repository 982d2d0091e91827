import pMap from "p-map";
import type { Table } from "../../shared/aws/table.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";

/** Part of a shard of `by_due`, by the time on the alarm clocks. */
export interface ShardPart {
  shard: number;
  /** Inclusive. */
  from?: string;
  /** Inclusive. */
  until?: string;
}

/** Small, so that a sweep that is stopped repeats little. */
const PAGE = 25;
/** Sessions in hand per shard; with sixteen shards 32 in all. */
const IN_HAND = 2;
/** Sorts before and after every timestamp. */
const ALWAYS = "0";
const NEVER = "A";

/**
 * Calls `visit` for every session of the part, page by page, with few of them in hand. `onPage` hears how far it has
 * come when all of a page are done. Answers false when `isOver` stopped it. What the index says may be old: decide on
 * the item itself.
 */
export async function eachSession(
  table: Table,
  part: ShardPart,
  {
    isOver,
    visit,
    onPage,
  }: {
    isOver(): boolean;
    visit(indexed: SessionRecord): Promise<unknown>;
    onPage?(dueAt: string): void;
  },
): Promise<boolean> {
  let start: Record<string, unknown> | undefined;
  do {
    if (isOver()) return false;
    const page = await table.queryPage({
      IndexName: "by_due",
      KeyConditionExpression: "due_shard = :shard AND due_at BETWEEN :from AND :until",
      ExpressionAttributeValues: { ":shard": part.shard, ":from": part.from ?? ALWAYS, ":until": part.until ?? NEVER },
      Limit: PAGE,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    const sessions = page.items as SessionRecord[];
    await pMap(sessions, (session) => (isOver() ? undefined : visit(session)), { concurrency: IN_HAND });
    if (isOver()) return false;
    const last = sessions.at(-1);
    if (last !== undefined) onPage?.(last.due_at);
    start = page.last;
  } while (start !== undefined);
  return true;
}
