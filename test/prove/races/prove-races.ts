/**
 * Those who meet, each in a process of its own, with every request to the engines let through one by one in an order
 * that the seed draws: each run another interleaving. Every race judges by its own rule; the auditor judges all.
 */
import { createStorageClients } from "../../../shared/aws/clients.ts";
import { audit } from "../audit/auditor.ts";
import { Told } from "../audit/told.ts";
import type { Claim, Outcome } from "../claim.ts";
import { startGround } from "../ground.ts";
import type { World } from "../world.ts";
import { fileRaces } from "./file-races.ts";
import { type Actor, ana, type Race, toEnding } from "./race.ts";
import { sessionRaces } from "./session-races.ts";
import { talkRaces } from "./talk-races.ts";
import { Turnstile } from "./turnstile.ts";

const races = [...sessionRaces, ...fileRaces, ...talkRaces];

export const raceClaim: Claim = {
  name: "races",
  promise: "whoever meets whom at whatever request, one order of the two explains what both were told",
  async prove({ runs, seed, tell }) {
    const ground = await startGround();
    const outcome: Outcome = { runs: 0, counted: { "requests let through": 0 }, findings: [] };
    try {
      const world = await ground.newWorld();
      for (const race of races) {
        const orders = new Set<string>();
        for (let run = 0; run < runs; run++) {
          const { findings, order } = await runOnce(world, race, seed + run);
          outcome.runs++;
          outcome.counted["requests let through"] = (outcome.counted["requests let through"] ?? 0) + order.length;
          orders.add(order.join("\n"));
          if (findings.length === 0) continue;
          const what = `${race.name}, seed ${seed + run}: ${findings.join("; ")}\n    ${order.join("\n    ")}`;
          outcome.findings.push(what);
        }
        tell(`${race.name}: ${runs} runs, ${orders.size} different interleavings`);
      }
    } finally {
      await ground.close();
    }
    return outcome;
  },
};

async function runOnce(world: World, race: Race, seed: number): Promise<{ findings: string[]; order: string[] }> {
  await world.reset();
  const told = new Told();
  const turnstile = new Turnstile(seed);
  try {
    const scene = { world, told, ana: world.main.client(ana) };
    const { actors, judge } = await race.set(scene);
    const names = Object.keys(actors);
    const entries = names.map((name) => [name, () => actors[name]?.(actorOf(world, turnstile, name))] as const);
    const outcomes = await turnstile.play(Object.fromEntries(entries) as Record<string, () => Promise<unknown>>);
    const endings = Object.fromEntries(names.map((name) => [name, toEnding(outcomes[name] as never)]));
    const judged = await judge(endings);
    await world.deliver();
    await world.main.sweep({ full: true });
    await world.deliver();
    const found = await audit(world.main.clients, world.env, told, { afterDeath: false });
    return { findings: [...judged, ...found, ...world.takeErrors()], order: turnstile.order };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { findings: [text], order: turnstile.order };
  }
}

/** A process whose requests all wait at the turnstile. */
function actorOf(world: World, turnstile: Turnstile, name: string): Actor {
  const clients = createStorageClients(world.env);
  turnstile.hold(name, clients);
  const process = world.newProcess(clients);
  return {
    process,
    ana: process.client(ana),
    turn: (what, act) => turnstile.enter(name, what, act),
  };
}
