/**
 * Every live session, as the indexes hold them. No request path scans: one user's sessions stand in `by_user`, and
 * the sixteen shards of `by_due` together are all.
 */
import { dueShards } from "../../aws/item-keys.ts";
import type { Item, Table } from "../../aws/table.ts";
import { type Clock, toTimestamp } from "../../clock.ts";
import type { ExportQuery } from "../../contract/transfer.ts";
import { isOver } from "../retention.ts";
import type { RulesSource } from "../rules-source.ts";
import type { SessionRecord } from "../session-record.ts";
import { isOfLaterVersion } from "../stored-format.ts";
import { mergePages } from "./merge-pages.ts";

export interface LiveSessionsDeps {
  table: Pick<Table, "queryPage">;
  clock: Clock;
  rules: Pick<RulesSource, "current">;
}

export type SessionFilter = Pick<ExportQuery, "user_id" | "platform" | "status" | "part">;

type Query = Parameters<Table["queryPage"]>[0];
type Pages = AsyncGenerator<SessionRecord[]>;

/** At most so many records of one shard are read ahead. */
const PAGE_SIZE = 250;
/** Between the clocks of two machines. */
const CLOCK_SKEW_MS = 60_000;

export async function* liveSessions(deps: LiveSessionsDeps, filter: SessionFilter): AsyncGenerator<SessionRecord> {
  const shards = filter.part === undefined ? dueShards : [filter.part - 1];
  const lists =
    filter.user_id === undefined
      ? shards.map((shard) => pagesOfShard(deps, shard, filter))
      : [pagesOf(deps, ofUser(filter.user_id), filter)];
  for await (const record of mergePages(lists)) {
    const isPart = filter.part === undefined || record.due_shard === filter.part - 1;
    if (isPart && !isOver(record, deps.rules.current(), deps.clock.now())) yield record;
  }
}

/**
 * Activity moves a session in this index. One that moved away from the reader comes twice, so ids are remembered
 * while the shard is read; one that moved past him is found by a second look at what was active since he began.
 */
async function* pagesOfShard(deps: LiveSessionsDeps, shard: number, filter: SessionFilter): Pages {
  const since = toTimestamp(new Date(deps.clock.now().getTime() - CLOCK_SKEW_MS));
  const seen = new Set<string>();
  for (const activeSince of [undefined, since]) {
    for await (const page of pagesOf(deps, ofShard(shard), filter, activeSince)) {
      const fresh = page.filter(({ session_id }) => !seen.has(session_id));
      for (const { session_id } of fresh) seen.add(session_id);
      yield fresh;
    }
  }
}

async function* pagesOf(deps: LiveSessionsDeps, key: Query, filter: SessionFilter, activeSince?: string): Pages {
  const query = withFilter(key, filter, activeSince);
  let start: Record<string, unknown> | undefined;
  do {
    const page: { items: Item[]; last: typeof start } = await deps.table.queryPage({
      ...query,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    yield (page.items as SessionRecord[]).filter((session) => !isOfLaterVersion(session));
    start = page.last;
  } while (start !== undefined);
}

function ofUser(userId: string): Query {
  return {
    IndexName: "by_user",
    KeyConditionExpression: "user_id = :key",
    ExpressionAttributeValues: { ":key": userId },
  };
}

function ofShard(shard: number): Query {
  return {
    IndexName: "by_due",
    KeyConditionExpression: "due_shard = :key",
    ExpressionAttributeValues: { ":key": shard },
    Limit: PAGE_SIZE,
  };
}

function withFilter(query: Query, { platform, status }: SessionFilter, activeSince: string | undefined): Query {
  const conditions = [
    { text: "#status <> :deleting", values: { ":deleting": "deleting" } },
    ...(status === undefined ? [] : [{ text: "#status = :status", values: { ":status": status } }]),
    ...(platform === undefined ? [] : [{ text: "platform = :platform", values: { ":platform": platform } }]),
    ...(activeSince === undefined ? [] : [{ text: "last_activity >= :since", values: { ":since": activeSince } }]),
  ];
  const { Limit, ...rest } = query;
  return {
    ...rest,
    // With a filter that leaves little, small pages would cost a request each for nothing.
    ...(activeSince === undefined && Limit !== undefined ? { Limit } : {}),
    FilterExpression: conditions.map(({ text }) => text).join(" AND "),
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: Object.assign(
      {},
      query.ExpressionAttributeValues,
      ...conditions.map(({ values }) => values),
    ),
  };
}
