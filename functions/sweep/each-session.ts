import type { Table } from "../../shared/aws/table.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { isOfLaterVersion } from "../../shared/sessions/stored-format.ts";

/** Part of a shard of `by_due`, by the time on the alarm clocks. */
export interface ShardPart {
  shard: number;
  /** Inclusive. */
  from?: string;
  /** Inclusive. */
  until?: string;
}

const PAGE = 50;
/** Sessions in hand per shard; with sixteen shards 48 in all. */
const IN_HAND = 3;
/** Sorts before and after every timestamp. */
const ALWAYS = "0";
const NEVER = "A";

/**
 * Calls `visit` for every session of the part, in the order of alarm clocks, with few of them in hand. `onDone` hears up
 * to where all are done. Answers false when `isOver` stopped it. What the index says may be old: decide on the item
 * itself.
 */
export async function eachSession(
  table: Table,
  part: ShardPart,
  {
    isOver,
    visit,
    onDone,
  }: {
    isOver(): boolean;
    visit(indexed: SessionRecord): Promise<unknown>;
    onDone?(dueAt: string): void;
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
    // Of one that a later version stored this one knows nothing, its end least of all.
    const sessions = (page.items as SessionRecord[]).filter((session) => !isOfLaterVersion(session));
    for (let done = 0; done < sessions.length; done += IN_HAND) {
      if (isOver()) return false;
      const inHand = sessions.slice(done, done + IN_HAND);
      await Promise.all(inHand.map(visit));
      onDone?.(inHand.at(-1)?.due_at ?? ALWAYS);
    }
    start = page.last;
  } while (start !== undefined);
  return true;
}
