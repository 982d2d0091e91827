/**
 * Thousands of sessions within an hour of the fake clock, eight under way at once, swept every five minutes as on AWS.
 * Held are: what each owner was told, what is left when all have ended, memory, and the requests that a deed takes.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { audit } from "../audit/auditor.ts";
import { Told } from "../audit/told.ts";
import type { Claim, Outcome, ProveOptions } from "../claim.ts";
import { startGround } from "../ground.ts";
import { takeCensus } from "../../support/census.ts";
import { DAY, MINUTE } from "../../support/sweep-on.ts";
import type { World } from "../world.ts";
import { FILES_EACH, IDLE_MINUTES, type Lived, liveOne } from "./life.ts";
import { createRequestMeter, type RequestMeter } from "./request-meter.ts";
import { slopeOf } from "./trend.ts";

const HOUR_MS = 60 * MINUTE;
const SWEEP_EVERY_MS = 5 * MINUTE;
const LANES = 8;
const STRETCHES = 20;
/** The beginning fills caches and compiles; what is held against time begins behind it. */
const WARM_UP = 4;
/** A deed may take this share more requests in the second half than in the first: whom keep-N meets is not drawn evenly. */
const REQUESTS_TOLERANCE = 0.05;
/** Bytes that one more session may leave behind in this process; it keeps what each owner was told in less. */
const MAX_BYTES_EACH = 2048;
const KEPT_PER_USER = 3;

interface Soak {
  world: World;
  meter: RequestMeter;
  /** By number of sessions lived, the bytes that this process held after a collection. */
  memory: [sessions: number, bytes: number][];
  /** The newest that nothing has ended yet, as far as their owners know, with when they began. */
  lived: (Lived & { at: number })[];
  findings: string[];
}

export const soak: Claim = {
  name: "soak",
  promise: "an hour of many sessions leaves nothing behind, takes no more memory at its end, and no more requests",
  async prove(options) {
    const ground = await startGround();
    try {
      const world = await ground.newWorld();
      return await soakIn({ world, meter: createRequestMeter(), memory: [], lived: [], findings: [] }, options);
    } finally {
      await ground.close();
    }
  },
};

async function soakIn(soak: Soak, { runs, tell }: ProveOptions): Promise<Outcome> {
  const { world, findings } = soak;
  await liveThrough(soak, runs, tell);
  await sweepUp(soak, 2);
  const audited = await audit(world.main.clients, world.env, toldOf(soak));
  findings.push(...audited.map((sentence) => `After the hour: ${sentence}`));
  world.clock.move(8 * DAY);
  await sweepUp(soak, 3);
  const left = await takeCensus(world.main.clients, world.env);
  for (const [what, keys] of Object.entries({ ...left, items: [] })) {
    if (keys.length > 0)
      findings.push(`When all have ended there are ${keys.length} ${what}: ${keys.slice(0, 3).join()}`);
  }
  findings.push(...compareRequests(soak.meter, tell), ...compareMemory(soak.memory, tell));
  return { runs, counted: { files: runs * FILES_EACH }, findings };
}

/** All sessions of the hour; the clock moves with each. */
async function liveThrough(soak: Soak, sessions: number, tell: (line: string) => void): Promise<void> {
  const { world, meter } = soak;
  const perStretch = Math.ceil(sessions / STRETCHES);
  let next = 0;
  let sweepAt = world.clock.now().getTime() + SWEEP_EVERY_MS;
  let sweeping: Promise<void> = Promise.resolve();

  async function lane(until: number): Promise<void> {
    while (next < until) {
      const number = next++;
      const stretch = Math.floor(number / perStretch);
      world.clock.move(HOUR_MS / sessions);
      const at = world.clock.now().getTime();
      if (at >= sweepAt) {
        sweepAt += SWEEP_EVERY_MS;
        sweeping = sweeping.then(() => sweepUp(soak, 1));
      }
      const lived = await liveOne(world.main, number, (deed, act) => meter.measure(stretch, deed, act)).catch(
        (error) => {
          soak.findings.push(
            `Session ${number}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
          );
        },
      );
      if (lived !== undefined) soak.lived.push({ ...lived, at });
    }
  }

  for (let stretch = 1; stretch <= STRETCHES; stretch++) {
    const until = Math.min(stretch * perStretch, sessions);
    await Promise.all(Array.from({ length: LANES }, () => lane(until)));
    await sweeping;
    forgetOld(soak);
    soak.memory.push([until, collectedBytes()]);
    tell(`${until} sessions, ${Math.round((soak.memory.at(-1)?.[1] ?? 0) / 1e6)} MB`);
  }
}

/** The clock's sweep, and what it asked to be converted. */
async function sweepUp({ world, findings }: Soak, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    if (time > 0) world.clock.move(10 * MINUTE);
    const report = await world.main.sweep();
    if ("skipped" in report) findings.push(`The sweep was skipped: ${report.skipped}`);
    else if (report.errors > 0) findings.push(`The sweep answered ${JSON.stringify(report)}`);
    await world.deliver();
    findings.push(...world.takeErrors().map((error) => `Failed inside: ${error}`));
  }
}

/** What is over for long need not be known to be held against what is there. */
function forgetOld(soak: Soak): void {
  const since = soak.world.clock.now().getTime() - 2 * IDLE_MINUTES * MINUTE;
  soak.lived = soak.lived.filter(({ at }) => at > since);
}

/** Alive is whatever nobody ended that is among its owner's newest and has not been idle for too long. */
function toldOf({ lived, world }: Soak): Told {
  const told = new Told();
  const now = world.clock.now().getTime();
  const newer = new Map<string, number>();
  for (const session of [...lived].sort((one, other) => other.at - one.at)) {
    const nth = newer.get(session.owner) ?? 0;
    told.begun(session.sessionId);
    for (const [path, sha256] of session.files) told.stored(session.sessionId, path, sha256);
    if (session.ended) told.ended(session.sessionId);
    else {
      newer.set(session.owner, nth + 1);
      // Eight begin at once: of those near the limit either may be the older one.
      const isSafe = nth < KEPT_PER_USER - 1 && now - session.at < (IDLE_MINUTES - 1) * MINUTE;
      if (!isSafe) told.ending(session.sessionId);
    }
  }
  return told;
}

function compareRequests(meter: RequestMeter, tell: (line: string) => void): string[] {
  return [...meter.averages()].flatMap(([deed, averages]) => {
    const steady = averages.slice(Math.min(WARM_UP, averages.length - 2));
    const half = Math.floor(steady.length / 2);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [first, second] = [mean(steady.slice(0, half)), mean(steady.slice(half))];
    tell(`${deed}: ${first.toFixed(2)} requests in the first half, ${second.toFixed(2)} in the second`);
    if (second <= first * (1 + REQUESTS_TOLERANCE)) return [];
    return [`"${deed}" took ${first.toFixed(2)} requests at first and ${second.toFixed(2)} later`];
  });
}

function compareMemory(memory: Soak["memory"], tell: (line: string) => void): string[] {
  const slope = slopeOf(memory.slice(WARM_UP));
  tell(`memory: ${slope.toFixed(0)} bytes more with each session`);
  return slope <= MAX_BYTES_EACH ? [] : [`Memory grows by ${slope.toFixed(0)} bytes with each session`];
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function collectedBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
