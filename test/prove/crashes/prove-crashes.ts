/**
 * People at work, and processes killed with SIGKILL in the middle of it, each at a request to an engine that was counted
 * out: the host with all it holds, the S3 engine too; the API; the conversion; the DynamoDB engine. What is left is swept
 * as it would be the day after, and the auditor compares it with what people were told. Then they clear their sessions,
 * and nothing may be left at all.
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
import { mulberry32 } from "../races/plans.ts";
import { people } from "../sequences/model.ts";
import { createWorld, type World } from "../world.ts";
import { clientOf, letLoose } from "./crowd.ts";
import type { TrapOrder, Victim } from "./orders.ts";
import { type MortalHost, startMortalHost } from "./mortal-host.ts";

/** Nothing ends by itself here: what is gone was lost. */
const SETTINGS = {
  [ENV.maxSessions]: "1000",
  [ENV.sessionTimeoutHours]: "1000",
  [ENV.maxAgeHours]: "1000",
  [ENV.serviceNamespaces]: '{"telegram-bot":"telegram_"}',
};
/** Deaths that one crowd sees before what is left is looked at: that takes longer than they do. */
const DEATHS_PER_CROWD = 10;
/** Requests to the engines between one death and the next, at most: a conversion makes about so many. */
const MOST_REQUESTS = 40;
const PATIENCE_MS = 20_000;
/** Those who wait for a conversion that died would wait for its lease. */
const LAST_WORDS_MS = 400;
const DAY_AFTER = 26 * HOUR;

export const crashes: Claim = {
  name: "crashes",
  promise: "whatever is killed at whatever request, all that was answered is there and nothing else is left",
  async prove({ runs, seed, tell }) {
    const dataDirectory = await makeDataDirectory();
    const host = await startMortalHost(dataDirectory, SETTINGS);
    const outcome: Outcome = { runs: 0, counted: { "deeds answered": 0 }, findings: [] };
    try {
      for (let first = 0; first < runs; first += DEATHS_PER_CROWD) {
        const deaths = Math.min(DEATHS_PER_CROWD, runs - first);
        const { died, found } = await killAndLook(host, { dataDirectory, deaths, seed: seed + first, outcome });
        for (const sentence of found) {
          outcome.findings.push(`seed ${seed + first}: ${sentence}\n    ${died.join("\n    ")}`);
          tell(outcome.findings.at(-1) ?? "");
        }
      }
      tell(`killed at ${outcome.runs} requests`);
    } finally {
      await host.close();
      await rm(dataDirectory, { recursive: true, force: true });
    }
    return outcome;
  },
};

interface Crash {
  dataDirectory: string;
  deaths: number;
  seed: number;
  outcome: Outcome;
}

/** One crowd, some deaths, and one look at what is left; answers who died of what, too. */
async function killAndLook(host: MortalHost, { dataDirectory, deaths, seed, outcome }: Crash) {
  const told = new Told();
  const died: string[] = [];
  const count = (what: string, by = 1) => {
    outcome.counted[what] = (outcome.counted[what] ?? 0) + by;
  };
  let crowd = await letLoose(host.url, told, seed * 100);
  for (let nth = 0; nth < deaths; nth++) {
    const order = orderOf(seed + nth);
    const request = await host.killAt(order, PATIENCE_MS);
    if (request !== undefined) {
      died.push(`${order.victim} ${order.when} request ${order.afterRequests}: ${request}`);
      outcome.runs++;
      count(`${order.victim} killed`);
    }
    if (order.victim !== "host" && request !== undefined) continue;
    // The host is gone, or everybody has done what he came for.
    await crowd.stop();
    count("deeds answered", crowd.answered());
    if (request !== undefined) await host.revive();
    crowd = await letLoose(host.url, told, seed * 100 + nth + 1);
  }
  await pause(LAST_WORDS_MS);
  await crowd.stop();
  count("deeds answered", crowd.answered());
  return { died, found: await look(host, dataDirectory, told) };
}

/**
 * Of a hundred deaths, whose they are up to which. A host takes seconds to come back, and one whose engine dies five
 * times a minute gives up, as it should.
 */
const SHARES: [Victim, number][] = [
  ["api", 45],
  ["convert", 80],
  ["host", 95],
  ["dynamodb", 100],
];

/** Who dies next, and when. */
function orderOf(seed: number): TrapOrder {
  const draw = mulberry32(seed);
  const drawn = draw() * 100;
  const [victim] = SHARES.find(([, upTo]) => drawn < upTo) ?? ["api"];
  return { victim, afterRequests: Math.floor(draw() * MOST_REQUESTS), when: draw() < 0.5 ? "before" : "after" };
}

async function look(host: MortalHost, dataDirectory: string, told: Told): Promise<string[]> {
  const world = worldOf(host, dataDirectory);
  await untilQuiet(host, world);
  await recover(world);
  const listing = await listingOf(host);
  const found = await audit(world.main.clients, world.env, told, { listing, afterDeath: true });
  return [
    ...found,
    ...world.takeErrors().map((error) => `Failed inside: ${error}`),
    ...(await temporaryFiles(dataDirectory)),
    ...(await clearAll(host, world)),
  ];
}

/** The host's bucket and table with a clock of our own. */
function worldOf(host: MortalHost, dataDirectory: string): World {
  const { [ENV.retentionParameter]: _, ...rest } = host.env;
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
  await (await clientOf(host.url, "ana")).call("listSessions", {});
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
    await Promise.all(people.map(async (who) => [who as string, await clientOf(host.url, who)] as const)),
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
  for (const who of people) await (await clientOf(host.url, who)).call("clearSessions", {});
  const { live, orphans, objects } = await takeCensus(world.main.clients, world.env);
  const left = [...live, ...orphans, ...objects];
  return left.length === 0 ? [] : [`After clearing there is still ${left.join(", ")}`];
}
