/**
 * When the rules change, the alarm clocks of sessions that exist already are wrong: nobody sees a session that is over,
 * but its end would be carried out late. So all sessions are walked through once, over several sweeps if need be.
 */
import pMap from "p-map";
import { dueShards } from "../../shared/aws/item-keys.ts";
import { toTimestamp } from "../../shared/clock.ts";
import { sha256Hex } from "../../shared/ids.ts";
import type { RetentionRules } from "../../shared/sessions/retention.ts";
import type { RulesWalk } from "../../shared/sweeping/sweep-state.ts";
import { attend } from "./attend.ts";
import { eachSession } from "./each-session.ts";
import { keepNewest } from "./keep-newest.ts";
import { attempt, type Round } from "./sweep-deps.ts";

/** Other functions may stamp by the rules of before for this long; a round that began earlier is made once more. */
const SPREAD_MS = 60_000;
const DONE = "done";

/** Two sets of rules with one fingerprint say the same. */
export function fingerprintOf(rules: RetentionRules): string {
  return sha256Hex(JSON.stringify(rules, sortedKeys)).slice(0, 16);
}

/** Goes on with the round over all sessions, or begins one where the rules changed or the operator wants it. */
export async function applyRules(round: Round, isForced: boolean): Promise<void> {
  const { deps, report, progress } = round;
  if (!deps.rules.areKnown()) {
    report.rules.state = "unknown";
    return;
  }
  const fingerprint = fingerprintOf(deps.rules.current());
  if (progress.walk?.fingerprint !== fingerprint) delete progress.walk;
  if (progress.walk === undefined && progress.rules_applied === fingerprint && !isForced) return;
  const now = toTimestamp(deps.clock.now());
  const walk = progress.walk ?? beginWalk(fingerprint, now, now);
  progress.walk = walk;
  report.rules.state = "applying";
  const usersSeen = new Set<string>();
  await pMap(dueShards, (shard) => walkShard(round, walk, shard, usersSeen));
  if (dueShards.some((shard) => walk.shards[shard] !== DONE)) return;
  const isTooEarly = Date.parse(walk.started_at) < Date.parse(walk.seen_at) + SPREAD_MS;
  const mustRepeat = walk.has_failures || (isTooEarly && progress.rules_applied !== fingerprint);
  if (mustRepeat) {
    progress.walk = beginWalk(fingerprint, walk.seen_at, toTimestamp(deps.clock.now()));
    return;
  }
  delete progress.walk;
  progress.rules_applied = fingerprint;
  report.rules.state = "applied";
}

function beginWalk(fingerprint: string, seenAt: string, now: string): RulesWalk {
  return { fingerprint, seen_at: seenAt, started_at: now, shards: {}, has_failures: false };
}

/**
 * In the order of alarm clocks. A session that moves behind the cursor meanwhile was stamped by someone just now; one
 * that moves ahead of it is met twice.
 */
async function walkShard(round: Round, walk: RulesWalk, shard: number, usersSeen: Set<string>): Promise<void> {
  const from = walk.shards[shard];
  if (from === DONE) return;
  const finished = await eachSession(
    round.deps.table,
    { shard, ...(from === undefined ? {} : { from }) },
    {
      isOver: round.isOver,
      visit: async ({ session_id, user_id }) => {
        const isFirst = !usersSeen.has(user_id);
        usersSeen.add(user_id);
        // What failed a moment ago, when it was due, fails again: the next sweep is soon enough.
        const isDone =
          !round.failed.has(session_id) &&
          (await attempt(round, { session_id }, async () => {
            await attend(round, session_id);
            if (isFirst) await keepNewest(round, user_id);
          }));
        if (!isDone) walk.has_failures = true;
      },
      onDone: (dueAt) => {
        walk.shards[shard] = dueAt;
      },
    },
  );
  if (finished) walk.shards[shard] = DONE;
}

/** A platform that was added first and one that was added last make the same rules. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
