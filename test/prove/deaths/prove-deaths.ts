/**
 * Everything that a process does, ended behind each of its requests in turn: none is left out, and each can be had
 * again. Then the sweep comes as it would the day after; in every other run that one, and the conversion it asks for,
 * die as well before one gets through. What is left is held against what was told.
 */
import { ENV } from "../../../shared/config.ts";
import { createStorageClients } from "../../../shared/aws/clients.ts";
import { HOUR, MINUTE } from "../../support/sweep-on.ts";
import { audit } from "../audit/auditor.ts";
import { Told } from "../audit/told.ts";
import type { Claim, Outcome } from "../claim.ts";
import { startGround } from "../ground.ts";
import { mulberry32 } from "../races/plans.ts";
import type { Process, World } from "../world.ts";
import { type Doing, doings, type Place } from "./doings.ts";
import { Life, makeMortal } from "./life.ts";

/** What ends by itself is not what this is about. */
const SETTINGS = { [ENV.sessionTimeoutHours]: "1000", [ENV.maxAgeHours]: "1000" };
const LANES = 3;
/** Deaths that one recovery and one audit look at. */
const AUDITED_TOGETHER = 12;
const DAY_AFTER = 26 * HOUR;
/** Requests after which a recovery dies, at most: about a full sweep. */
const LONGEST_RECOVERY = 150;

export const deaths: Claim = {
  name: "deaths",
  promise:
    "whoever stops behind whichever of his requests, a day later all that was answered is there and nothing else",
  async prove({ runs, seed, tell, pick = "" }) {
    const ground = await startGround();
    const outcome: Outcome = { runs: 0, counted: {}, findings: [] };
    try {
      const worlds = await Promise.all(Array.from({ length: LANES }, () => ground.newWorld(SETTINGS)));
      const wanted = doings.filter(({ name }) => name.includes(pick));
      await Promise.all(
        worlds.map(async (world) => {
          const process = mortalProcess(world);
          for (let doing = wanted.shift(); doing !== undefined; doing = wanted.shift()) {
            await proveDoing(world, process, doing, { runs, seed, outcome, tell });
          }
        }),
      );
    } finally {
      await ground.close();
    }
    return outcome;
  },
};

function mortalProcess(world: World): Process {
  const clients = createStorageClients(world.env);
  makeMortal(clients);
  return world.newProcess(clients);
}

interface Options {
  runs: number;
  seed: number;
  outcome: Outcome;
  tell(line: string): void;
}

/** `runs` rounds over all of its requests. */
async function proveDoing(world: World, process: Process, doing: Doing, { runs, seed, outcome, tell }: Options) {
  const whole = new Life(Number.POSITIVE_INFINITY);
  await world.reset();
  await dieOnce(world, process, doing, { life: whole, told: new Told(), nth: 0 });
  const points = whole.requests.length;
  const findings: string[] = [];
  for (let round = 0; round < runs; round++) {
    for (let from = 0; from < points; from += AUDITED_TOGETHER) {
      const lasts = Array.from({ length: Math.min(AUDITED_TOGETHER, points - from) }, (_, n) => from + n);
      const draw = round % 2 === 1 ? mulberry32(seed + from + round * 1000) : undefined;
      findings.push(...(await dieTogether(world, process, { doing, lasts, draw, requests: whole.requests })));
    }
  }
  outcome.runs += points * runs;
  outcome.findings.push(...findings.map((finding) => `${doing.name}, seed ${seed}: ${finding}`));
  tell(`${doing.name}: ${points} requests, ${points * runs} deaths, ${findings.length} findings`);
}

interface Deaths {
  doing: Doing;
  /** Requests after which each dies. */
  lasts: readonly number[];
  /** Where the recovery dies as well: when. */
  draw: (() => number) | undefined;
  requests: readonly string[];
}

/** Several deaths beside each other in one world, each of a person of his own; then one recovery, and one audit. */
async function dieTogether(
  world: World,
  process: Process,
  { doing, lasts, draw, requests }: Deaths,
): Promise<string[]> {
  await world.reset();
  const told = new Told();
  const names: [string, string][] = [];
  for (const [nth, last] of lasts.entries()) {
    const sessionId = await dieOnce(world, process, doing, { life: new Life(last), told, nth });
    names.push([sessionId, `behind request ${last} (${requests[last - 1] ?? "none"})`]);
  }
  world.takeErrors(); // a dying conversion may still have logged
  world.clock.set(new Date(Date.now() + DAY_AFTER));
  if (draw !== undefined) {
    const life = () => new Life(Math.floor(draw() * LONGEST_RECOVERY));
    await life().lead(() => process.sweep({ full: true }));
    world.clock.move(MINUTE);
    for (const [sessionId] of names) await life().lead(() => process.perform({ sessionId, uploads: true }));
    world.clock.move(10 * MINUTE);
  }
  for (let look = 0; look < 3; look++) {
    await world.main.sweep({ full: true });
    await world.deliver();
    world.clock.move(10 * MINUTE);
  }
  const found = await audit(world.main.clients, world.env, told, { afterDeath: true });
  const named = (finding: string) => names.reduce((text, [id, name]) => text.replaceAll(id, `${name}: ${id}`), finding);
  return [...found, ...world.takeErrors()].map(named);
}

/** Prepares it, and does it as far as the life lasts; answers the session. */
async function dieOnce(
  world: World,
  process: Process,
  doing: Doing,
  { life, told, nth }: { life: Life; told: Told; nth: number },
): Promise<string> {
  const principal = { kind: "user" as const, userId: `ana-${nth}` };
  const ana = world.main.client(principal);
  const { session_id: sessionId } = await ana.call("createSession", { body: { platform: "web" } });
  told.begun(sessionId);
  const place: Place = { world, told, ana, sessionId };
  await doing.prepare?.(place);
  doing.foretell?.(place);
  const done = await life.lead(() => doing.act(place, process, process.client(principal)));
  if (done !== undefined) doing.confirm?.(place);
  return sessionId;
}
