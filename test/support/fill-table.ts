import type { Host } from "../../cdk/local/host.ts";
import { dueShard, sessionKey } from "../../shared/aws/item-keys.ts";
import { newSessionId } from "../../shared/ids.ts";
import { viewEngines } from "./engines-view.ts";

const WRITERS = 8;
const BATCH = 25;

/** Puts sessions of many other users into the table, past the API: only their number matters to those who use this. */
export async function fillTable(host: Host, count: number): Promise<void> {
  const { table } = viewEngines(host);
  const started = Date.now();
  let made = 0;
  const write = async () => {
    while (made < count) {
      const from = made;
      made = Math.min(made + BATCH, count);
      await table.writeBatch({ put: Array.from({ length: made - from }, (_, index) => record(started, from + index)) });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

function record(started: number, index: number) {
  const sessionId = newSessionId(new Date(started - index));
  const createdAt = new Date(started - index).toISOString();
  const end = new Date(started + 24 * 3600_000);
  return {
    ...sessionKey(sessionId),
    session_id: sessionId,
    user_id: `filler_${index % 5000}`,
    platform: "web",
    thread_id: null,
    status: "active",
    created_at: createdAt,
    last_activity: createdAt,
    expires_at: end.toISOString(),
    pending_approval: null,
    metadata: { note: "x".repeat(100) },
    retention: { idle_minutes: 1440, max_age_minutes: 10_080 },
    file_counts: {},
    total_size_bytes: 0,
    database: { version: 0, tables: 0, size_bytes: 0 },
    revision: 1,
    conversion_requests: 0,
    conversion_fence: 0,
    ttl: Math.ceil(end.getTime() / 1000) + 2 * 24 * 3600,
    due_shard: dueShard(sessionId),
    due_at: end.toISOString(),
  };
}
