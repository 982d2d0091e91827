/**
 * People at work, and a process killed with SIGKILL in the middle of it: the host with all it holds, the API, the
 * conversion, the DynamoDB engine. What is left is swept as it would be the day after, and the auditor compares it with
 * what people were told. Then they clear their sessions, and nothing may be left at all.
 *
 * The sweep comes three times, ten minutes apart: what waits is converted after the first; and a figure that seems wrong
 * is set right at the second look without a change in between, because somebody may just be on his way to it.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ENV } from "../../../shared/config.ts";
import { takeCensus } from "../../support/census.ts";
import { makeDataDirectory } from "../../support/local-host.ts";
import { pointSdkAt } from "../../support/own-stores.ts";
import { HOUR, MINUTE } from "../../support/sweep-on.ts";
import { audit } from "../audit/auditor.ts";
import { temporaryFiles } from "../audit/temporary-files.ts";
import { Told } from "../audit/told.ts";
import type { Claim, Outcome } from "../claim.ts";
import { people } from "../sequences/model.ts";
import { createWorld, type World } from "../world.ts";
import { type Crowd, clientOf, letLoose } from "./crowd.ts";
import { type MortalHost, startMortalHost, type Victim, victims } from "./mortal-host.ts";

/** Nothing ends by itself here: what is gone was lost. */
const SETTINGS = {
  [ENV.maxSessions]: "1000",
  [ENV.sessionTimeoutHours]: "1000",
  [ENV.maxAgeHours]: "1000",
  [ENV.serviceNamespaces]: '{"telegram-bot":"telegram_"}',
};
/** Deeds that are answered before the kill, at most. */
const MOST_DEEDS = 40;
const LONGEST_LIFE_MS = 10_000;
/** Those who wait for a conversion that died would wait for its lease. */
const PATIENCE_MS = 400;
const DAY_AFTER = 26 * HOUR;

export const crashes: Claim = {
  name: "crashes",
  promise: "whatever is killed at whatever moment, all that was answered is there and nothing else is left",
  async prove({ runs, seed, tell }) {
    const dataDirectory = await makeDataDirectory();
    const host = await startMortalHost(dataDirectory, SETTINGS);
    const outcome: Outcome = { runs: 0, counted: { "deeds answered": 0 }, findings: [] };
    try {
      for (let run = 0; run < runs; run++) {
        const victim = victimOf(seed + run);
        const found = await crashOnce(host, { dataDirectory, victim, seed: seed + run, outcome });
        outcome.runs++;
        outcome.counted[victim] = (outcome.counted[victim] ?? 0) + 1;
        for (const sentence of found) {
          outcome.findings.push(`seed ${seed + run}, ${victim} killed: ${sentence}`);
          tell(outcome.findings.at(-1) ?? "");
        }
      }
    } finally {
      await host.close();
      await rm(dataDirectory, { recursive: true, force: true });
    }
    return outcome;
  },
};

/** A host whose engine dies five times a minute gives up, as it should: the engine is taken every tenth time. */
function victimOf(seed: number): Victim {
  const others = victims.filter((victim) => victim !== "dynamodb");
  return seed % 10 === 0 ? "dynamodb" : (others[seed % others.length] ?? "host");
}

interface Crash {
  dataDirectory: string;
  victim: Victim;
  seed: number;
  outcome: Outcome;
}

async function crashOnce(host: MortalHost, { dataDirectory, victim, seed, outcome }: Crash): Promise<string[]> {
  const crowd = await letLoose(host.report.url, new Told(), seed * 100);
  await untilMoment(crowd, seed);
  await host.kill(victim);
  await pause(PATIENCE_MS);
  await crowd.stop();
  outcome.counted["deeds answered"] = (outcome.counted["deeds answered"] ?? 0) + crowd.answered();
  if (victim === "host") await host.revive();
  const world = worldOf(host, dataDirectory);
  await untilQuiet(host, world);
  await recover(world);
  const listing = await listingOf(host);
  const found = await audit(world.main.clients, world.env, crowd.told, { listing, afterDeath: true });
  return [
    ...found,
    ...world.takeErrors().map((error) => `Failed inside: ${error}`),
    ...(await temporaryFiles(dataDirectory)),
    ...(await clearAll(host, world)),
  ];
}

/** Anywhere in the crowd's work: so many deeds are answered, and the next ones are a few milliseconds old. */
async function untilMoment(crowd: Crowd, seed: number): Promise<void> {
  const drawn = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  const started = performance.now();
  while (crowd.answered() < drawn % MOST_DEEDS && performance.now() - started < LONGEST_LIFE_MS) await pause(5);
  await pause(drawn % 37);
}

/** The host's bucket and table with a clock of our own. */
function worldOf(host: MortalHost, dataDirectory: string): World {
  const { [ENV.retentionParameter]: _, ...rest } = host.report.env;
  const env = { ...rest, ...SETTINGS };
  pointSdkAt({ env });
  return createWorld(env, join(dataDirectory, "audit"));
}

/** Looks that must be alike, one after the other. */
const QUIET_LOOKS = 3;

/**
 * Until the API answers again, and bucket and table look the same for a while: requests whose callers were cut off may
 * still wait for a new worker, or be at work in one.
 */
async function untilQuiet(host: MortalHost, { main, env }: World): Promise<void> {
  await (await clientOf(host.report.url, "ana")).call("listSessions", {});
  let before = "";
  for (let alike = 0; alike < QUIET_LOOKS; await pause(250)) {
    const { items, objects, uploads } = await takeCensus(main.clients, env);
    const now = JSON.stringify([items, objects, uploads], inOneOrder);
    alike = now === before ? alike + 1 : 0;
    before = now;
  }
}

/** The engine answers attributes in any order. */
function inOneOrder(_: string, value: unknown): unknown {
  if (value instanceof Set) return [...value].sort();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort());
}

async function recover(world: World): Promise<void> {
  world.clock.set(new Date(Date.now() + DAY_AFTER));
  for (let look = 0; look < 3; look++) {
    await world.main.sweep({ full: true });
    await world.deliver();
    world.clock.move(10 * MINUTE);
  }
}

async function listingOf(host: MortalHost) {
  const clients = new Map(
    await Promise.all(people.map(async (who) => [who as string, await clientOf(host.report.url, who)] as const)),
  );
  return async (session_id: string, owner: string) => {
    const paths: string[] = [];
    const pages = clients.get(owner)?.pages("listFiles", { params: { session_id } });
    for await (const { path } of pages ?? []) paths.push(path);
    return paths;
  };
}

/** Everybody clears what is his; then bucket and table hold nothing of a session but receipts. */
async function clearAll(host: MortalHost, world: World): Promise<string[]> {
  for (const who of people) await (await clientOf(host.report.url, who)).call("clearSessions", {});
  const { live, orphans, objects } = await takeCensus(world.main.clients, world.env);
  const left = [...live, ...orphans, ...objects];
  return left.length === 0 ? [] : [`After clearing there is still ${left.join(", ")}`];
}
