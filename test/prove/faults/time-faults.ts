/** Clocks that jump, sweeps that meet or do not come, and a time to live that comes early or late. */
import { sessionKey } from "../../../shared/aws/item-keys.ts";
import type { Item } from "../../../shared/aws/table.ts";
import { people } from "../sequences/model.ts";
import { DAY, HOUR, MINUTE } from "../../support/sweep-on.ts";
import { purge } from "../../../functions/purge/purge.ts";
import { principals } from "../sequences/play.ts";
import type { Fault, FaultScene } from "./fault.ts";
import { gather, work } from "./people-at-work.ts";

const TURNS = 6;

/** Our clock jumps there in the middle of their work, and back again. */
function clockJump(what: string, milliseconds: number): Fault {
  return {
    name: `our clock jumps ${what}`,
    tried: "three people at work, the sweep and the queue",
    async strike(scene) {
      const crowd = await gather(scene);
      for (const jump of [milliseconds, -milliseconds]) {
        scene.world.clock.move(jump);
        scene.journal.struck++;
        for (const person of crowd) person.doubt();
        for (let done = 0; done < TURNS; done++) await work(scene, crowd);
        await scene.world.main.sweep({ full: true });
        await scene.world.deliver();
      }
    },
  };
}

async function workFor(scene: FaultScene): Promise<void> {
  const crowd = await gather(scene);
  for (let done = 0; done < TURNS; done++) await work(scene, crowd);
}

const twoSweeps: Fault = {
  name: "two sweeps at once",
  tried: "three people at work; each sweep in a process of its own",
  async strike(scene) {
    const { world, journal } = scene;
    const crowd = await gather(scene);
    const other = world.newProcess();
    for (let round = 0; round < 3; round++) {
      for (let done = 0; done < TURNS / 3; done++) await work(scene, crowd);
      world.clock.move(2 * MINUTE); // the lease of the round before is over
      const answers = await Promise.all([world.main.sweep({ full: true }), other.sweep({ full: true })]);
      journal.struck++;
      const skipped = answers.filter((answer) => "skipped" in answer).length;
      if (skipped > 1) journal.find("Neither of the two swept");
      for (const answer of answers) if ("errors" in answer && answer.errors > 0) journal.find("A sweep had errors");
    }
  },
};

const noSweep: Fault = {
  name: "no sweep and no TTL for nine days",
  tried: "sessions past their end, read and written by their owner",
  async strike(scene) {
    const { world, told, journal } = scene;
    await workFor(scene);
    world.clock.move(9 * DAY); // every session is past its greatest age
    journal.struck++;
    for (const id of told.sessions.keys()) await expectOver(scene, id);
    const report = await world.main.sweep({ full: true });
    if ("errors" in report && (report.errors > 0 || report.remaining > 0)) journal.find("The first sweep left some");
    for (const id of told.sessions.keys()) told.ended(id);
  },
};

/** DynamoDB takes sessions' items away before the sweep comes; `how` is what the stream then says. */
function timeToLive(what: string, how: { times: number; delayMs: number }): Fault {
  return {
    name: `DynamoDB's TTL: ${what}`,
    tried: "sessions with files and tables; then their owner, and the sweep",
    async strike(scene) {
      const { world, told, journal, draw } = scene;
      await workFor(scene);
      const { stores } = world.main;
      for (const id of [...told.sessions.keys()].filter(() => draw() < 0.7)) {
        const item = await stores.table.remove(sessionKey(id));
        if (item === undefined || item.due_shard === undefined) continue;
        journal.struck++;
        told.ended(id);
        world.clock.move(how.delayMs);
        const event = { Records: [toRemoval(item)] };
        const deps = { ...stores, log: world.log, metrics: world.metrics };
        for (let time = 0; time < how.times; time++) {
          const { batchItemFailures } = await purge(deps, event, () => 240_000);
          if (batchItemFailures.length > 0) journal.find(`The purge of ${id} failed`);
        }
        await expectOver(scene, id);
      }
    },
  };
}

/** As DynamoDB's stream tells of an item that its TTL removed. */
function toRemoval({ pk, sk, user_id, status, platform }: Item) {
  const text = (value: unknown) => ({ S: String(value) });
  const OldImage = { user_id: text(user_id), status: text(status), platform: text(platform) };
  const userIdentity = { type: "Service", principalId: "dynamodb.amazonaws.com" };
  const dynamodb = { Keys: { pk: text(pk), sk: text(sk) }, OldImage, SequenceNumber: "1" };
  return { eventName: "REMOVE", userIdentity, dynamodb };
}

/** Its owner is told that it is over, or that there is none; nobody writes into it. */
async function expectOver({ world, journal }: FaultScene, session_id: string): Promise<void> {
  for (const who of people) {
    const send = journal.watch(world.main, principals[who]);
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["PUT", "/files/workspace/late.md", "late"],
    ] as const) {
      const init = {
        method,
        headers: who.startsWith("telegram_") ? { "cubby-user-id": who } : {},
        ...(body === undefined ? {} : { body }),
      };
      const { status } = await send(`http://cubby.test/v1/sessions/${session_id}${path}`, init);
      journal.tally(
        status === 410 ? "410 `session_expired`" : status === 404 ? "404 `session_not_found`" : `${status}`,
      );
      if (status !== 410 && status !== 404) journal.find(`${who}'s ${method} of ${session_id} was told ${status}`);
    }
  }
}

export const timeFaults: Fault[] = [
  clockJump("an hour ahead", HOUR),
  clockJump("an hour back", -HOUR),
  clockJump("a day ahead", DAY),
  clockJump("a day back", -DAY),
  twoSweeps,
  noSweep,
  timeToLive("early, its stream at once", { times: 1, delayMs: 0 }),
  timeToLive("early, its stream late and twice", { times: 2, delayMs: 10 * MINUTE }),
];
