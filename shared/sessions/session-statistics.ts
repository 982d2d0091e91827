import { dueShards } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import type { Clock } from "../clock.ts";
import type { Stats } from "../contract/account.ts";
import type { RulesSource } from "./rules-source.ts";
import { COUNTED_ATTRIBUTES, type Counted, countSession, emptyTally, toStats } from "./statistics.ts";

export interface StatisticsDeps {
  table: Table;
  clock: Clock;
  rules: RulesSource;
}

/** Figures are at most this old; and however many ask, they are computed no more often. */
const REUSED_MS = 30_000;
const DEFAULT_BUDGET_MS = 15_000;

/** Figures over all sessions, one computation at a time. */
export function createStatistics(deps: StatisticsDeps, budgetMs = DEFAULT_BUDGET_MS) {
  let latest: { at: number; stats: Promise<Stats> } | undefined;

  /** The figures, as of `computed_at`. */
  function read(): Promise<Stats> {
    const now = deps.clock.now().getTime();
    if (latest !== undefined && now - latest.at < REUSED_MS) return latest.stats;
    const computing = { at: now, stats: compute(deps, budgetMs) };
    latest = computing;
    computing.stats.catch(() => {
      if (latest === computing) latest = undefined; // a failure is nothing to keep
    });
    return computing.stats;
  }

  return { read };
}

export type Statistics = ReturnType<typeof createStatistics>;

/** All sixteen shards at once, each page after page, until done or out of time. */
async function compute(deps: StatisticsDeps, budgetMs: number): Promise<Stats> {
  const started = performance.now();
  const isLate = () => performance.now() - started >= budgetMs;
  const now = deps.clock.now();
  const tally = emptyTally();
  const rules = deps.rules.current();
  const count = (session: Counted) => countSession(tally, session, rules, now);
  const finished = await Promise.all(dueShards.map((shard) => countShard(deps.table, shard, count, isLate)));
  return toStats(tally, now, finished.every(Boolean));
}

/** False when time ran out before the last page. */
async function countShard(
  table: Table,
  shard: number,
  count: (session: Counted) => void,
  isLate: () => boolean,
): Promise<boolean> {
  let start: Record<string, unknown> | undefined;
  do {
    if (isLate()) return false;
    const { items, last } = await table.queryPage({
      IndexName: "by_due",
      KeyConditionExpression: "due_shard = :shard",
      // Placeholders throughout: `status` and others are reserved words.
      ProjectionExpression: COUNTED_ATTRIBUTES.map((_, index) => `#a${index}`).join(", "),
      ExpressionAttributeNames: Object.fromEntries(COUNTED_ATTRIBUTES.map((name, index) => [`#a${index}`, name])),
      ExpressionAttributeValues: { ":shard": shard },
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    for (const item of items) count(item as unknown as Counted);
    start = last;
  } while (start !== undefined);
  return true;
}
