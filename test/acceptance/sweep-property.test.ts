/**
 * Random mixtures of living, ended and half-ended sessions with random debris around them. A model says who must be
 * alive; after each sweep the census must say the same: nothing orphaned, nothing lost early, nothing kept late.
 */
import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionPartition } from "../../shared/aws/item-keys.ts";
import { sessionPrefix } from "../../shared/aws/object-keys.ts";
import { newSessionId } from "../../shared/ids.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { createTestClock } from "../support/own-stores.ts";
import { HOUR, MINUTE, startQuietHost, sweepOn } from "../support/sweep-on.ts";

let host: Host;
/** Every run begins a month after the one before, so that nothing of it is alive any more. */
let start = Date.now() + 40 * 24 * HOUR;

beforeAll(async () => {
  host = await startQuietHost();
});
afterAll(() => host.close());

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("create" as const), platform: fc.constantFrom("web", "telegram", "api") }),
    fc.record({ kind: fc.constantFrom("file", "talk", "touch", "delete", "mark", "debris", "late"), at: fc.nat(30) }),
    fc.record({ kind: fc.constant("time" as const), minutes: fc.constantFrom(1, 20, 59, 60, 61, 300, 1440) }),
    fc.record({ kind: fc.constant("sweep" as const), full: fc.boolean() }),
  ),
  { minLength: 5, maxLength: 25 },
);

type Step = { kind: string; platform?: string; at?: number; minutes?: number; full?: boolean };

interface Expected {
  record: SessionRecord;
  lastUsed: number;
  isOver: boolean;
  files: number;
}

async function play(script: Step[]): Promise<void> {
  start += 31 * 24 * HOUR;
  const clock = createTestClock(new Date(start));
  const bench = sweepOn(host, clock);
  await bench.deps.rules.refresh();
  const model: Expected[] = [];
  const now = () => clock.now().getTime();
  const idleMs = (session: Expected) => (session.record.platform === "web" ? 24 * HOUR : HOUR);
  const age = () => {
    for (const session of model) if (now() >= session.lastUsed + idleMs(session)) session.isOver = true;
  };

  async function onSession(kind: string, session: Expected): Promise<void> {
    const { record } = session;
    if (kind === "late") {
      // A straggler that stores its object although the session is over: the bucket has no conditions.
      if (session.isOver) await bench.putObject(`${sessionPrefix(record.session_id)}logs/late-${now()}`);
      return;
    }
    if (session.isOver) return;
    if (kind === "file") {
      await bench.putFile(record, `outputs/bulk/${session.files++}.txt`);
      session.lastUsed = now();
    } else if (kind === "talk") {
      await bench.deps.history.append(record.session_id, { role: "user", content: "hello" });
    } else if (kind === "touch" && now() - session.lastUsed >= MINUTE) {
      await bench.deps.sessions.touch((await bench.deps.sessions.findStored(record.session_id)) as SessionRecord);
      session.lastUsed = now();
    } else if (kind === "delete" || kind === "mark") {
      // What a deletion leaves that died right behind its first step.
      await bench.deps.table.update(record, {
        UpdateExpression: "SET #status = :deleting, ending_reason = :reason, due_at = :now",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":deleting": "deleting", ":reason": "deleted", ":now": clock.now().toISOString() },
      });
      session.isOver = true;
    }
  }

  async function check(): Promise<void> {
    const { live, orphans, objects } = await bench.census();
    const alive = model.filter(({ isOver }) => !isOver);
    const ids = alive.map(({ record }) => record.session_id).sort();
    const mine = new Set(model.map(({ record }) => record.session_id));
    const found = live.filter((id) => mine.has(id)).sort();
    if (JSON.stringify(found) !== JSON.stringify(ids)) throw new Error(`Alive are ${found}, and should be ${ids}`);
    if (orphans.length > 0) throw new Error(`Orphans: ${orphans.join(", ")}`);
    for (const { record, files } of alive) {
      const kept = objects.filter((key) => key.startsWith(sessionPrefix(record.session_id))).length;
      if (kept !== files) throw new Error(`${record.session_id} has ${kept} objects, and should have ${files}`);
    }
  }

  for (const step of [...script, { kind: "sweep", full: true }]) {
    if (step.kind === "create") {
      const record = await bench.newSession({ platform: step.platform ?? "web" });
      model.push({ record, lastUsed: now(), isOver: false, files: 0 });
    } else if (step.kind === "time") {
      clock.move((step.minutes ?? 0) * MINUTE);
      age();
    } else if (step.kind === "sweep") {
      const report = await bench.run({ full: step.full === true });
      if (report.errors > 0) throw new Error(`The sweep failed: ${JSON.stringify(bench.lines)}`);
      if (step.full === true) await check();
    } else if (step.kind === "debris") {
      const gone = newSessionId(clock.now());
      await bench.putObject(`${sessionPrefix(gone)}uploads/debris.txt`);
      await bench.deps.table.put({ pk: sessionPartition(gone), sk: "HISTORY#debris" });
    } else {
      const session = model[(step.at ?? 0) % Math.max(1, model.length)];
      if (session !== undefined) await onSession(step.kind, session);
    }
  }
}

test("after a full sweep exactly those live who should, with all that is theirs, and nothing else is there", async () => {
  await fc.assert(fc.asyncProperty(steps, play), { numRuns: 15, endOnFailure: true });
});
