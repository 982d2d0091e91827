/**
 * Those who meet, each in a process of its own, with every request to the engines let through one by one: each run
 * another interleaving. Every race judges each run by its own rule; the auditor judges some runs of one world at once.
 */
import { audit } from "../audit/auditor.ts";
import { Told } from "../audit/told.ts";
import type { Claim, Outcome } from "../claim.ts";
import { type Ground, startGround } from "../ground.ts";
import { fileRaces } from "./file-races.ts";
import { type Plan, plansFor } from "./plans.ts";
import { type Race, toEnding } from "./race.ts";
import { manySessions, sessionRaces } from "./session-races.ts";
import { Stage } from "./stage.ts";
import { talkRaces } from "./talk-races.ts";
import { transferRaces } from "./transfer-races.ts";
import { Turnstile } from "./turnstile.ts";

const races = [...sessionRaces, ...fileRaces, ...talkRaces, ...transferRaces, ...manySessions];

/** Worlds side by side: while the actors of one wait for each other, those of another one act. */
const LANES = 4;
/** Runs that one sweep and one audit look at: by themselves they cost more than most races. */
const AUDITED_TOGETHER = 10;

export const raceClaim: Claim = {
  name: "races",
  promise: "whoever meets whom at whatever request, one order of the two explains what both were told",
  async prove({ runs, seed, tell, pick = "" }) {
    const ground = await startGround();
    const outcome: Outcome = { runs: 0, counted: { "requests let through": 0 }, findings: [] };
    try {
      const stages = await createStages(ground);
      for (const race of races.filter(({ name }) => name.includes(pick))) {
        const found = await proveRace(await stages(race), race, { runs, seed });
        outcome.runs += found.runs;
        outcome.counted["requests let through"] = (outcome.counted["requests let through"] ?? 0) + found.requests;
        outcome.findings.push(...found.findings.map((finding) => `${race.name}, seed ${seed}, ${finding}`));
        const systematic = found.planned > 0 ? `${found.planned} of them planned` : "all of them drawn";
        const met = `${found.runs} runs (${systematic}), ${found.orders.size} different interleavings`;
        tell(`${race.name}: ${met}, ${found.findings.length} findings`);
      }
    } finally {
      await ground.close();
    }
    return outcome;
  },
};

/** Makes the worlds that races with certain settings need once, and answers them again. */
function createStages(ground: Ground): (race: Race) => Promise<Stage[]> {
  const known = new Map<string, Promise<Stage[]>>();
  return ({ settings = {} }) => {
    const key = JSON.stringify(settings);
    const lanes = Array.from({ length: LANES });
    const made = known.get(key) ?? Promise.all(lanes.map(async () => new Stage(await ground.newWorld(settings))));
    known.set(key, made);
    return made;
  };
}

interface Found {
  runs: number;
  planned: number;
  requests: number;
  orders: Set<string>;
  findings: string[];
}

async function proveRace(
  stages: readonly Stage[],
  race: Race,
  { runs, seed }: { runs: number; seed: number },
): Promise<Found> {
  const found: Found = { runs: 0, planned: 0, requests: 0, orders: new Set(), findings: [] };
  const plans = plansFor({ ...(await measure(stages[0], race)), runs, seed });
  const take = (plan: Plan, order: readonly string[], findings: readonly string[]) => {
    found.runs++;
    if (plan.isPlanned) found.planned++;
    found.requests += order.length;
    found.orders.add(order.join("\n"));
    if (findings.length > 0) found.findings.push(`${plan.name}: ${findings.join("; ")}\n    ${order.join("\n    ")}`);
  };
  await Promise.all(
    stages.map(async (stage) => {
      for (let batch = next(plans, race); batch.length > 0; batch = next(plans, race)) {
        found.findings.push(...(await runBatch(stage, race, batch, take)));
      }
    }),
  );
  return found;
}

function next(plans: Generator<Plan>, { isAlone = false }: Race): Plan[] {
  const batch: Plan[] = [];
  while (batch.length < (isAlone ? 1 : AUDITED_TOGETHER)) {
    const { value, done } = plans.next();
    if (done === true) break;
    batch.push(value);
  }
  return batch;
}

/** How many race, and how many steps it is when one goes after the other. */
async function measure(stage: Stage | undefined, race: Race): Promise<{ actors: number; steps: number }> {
  if (stage === undefined) throw new Error("There is no world to race in");
  await stage.world.reset();
  const turnstile = new Turnstile(() => 0);
  await runOnce(stage, race, new Told(), turnstile);
  const actors = new Set(turnstile.order.map((step) => step.split(" ")[0])).size;
  return { actors, steps: turnstile.order.length };
}

/** Several runs beside each other in one world, each with people of its own; answers what the auditor finds. */
async function runBatch(
  stage: Stage,
  race: Race,
  batch: readonly Plan[],
  take: (plan: Plan, order: readonly string[], findings: readonly string[]) => void,
): Promise<string[]> {
  const { world } = stage;
  await world.reset();
  const told = new Told();
  for (const plan of batch) {
    const turnstile = new Turnstile(plan.chooser());
    take(plan, turnstile.order, await runOnce(stage, race, told, turnstile));
  }
  await world.deliver();
  if (race.leavesNothing !== true) await world.main.sweep({ full: true });
  await world.deliver();
  const findings = await audit(world.main.clients, world.env, told);
  const names = batch.map(({ name }) => name).join(" | ");
  return [...findings, ...world.takeErrors()].map((finding) => `one of ${names}: ${finding}`);
}

async function runOnce(stage: Stage, race: Race, told: Told, turnstile: Turnstile): Promise<string[]> {
  const scene = stage.scene(told);
  try {
    const { actors, judge } = await race.set(scene);
    const entries = Object.entries(actors).map(([name, act], nth) => {
      const actor = stage.actor(nth, { name, turnstile, anasId: scene.anasId });
      return [name, () => act(actor)] as const;
    });
    const outcomes = await turnstile.play(Object.fromEntries(entries));
    const endings = Object.entries(outcomes).map(([name, outcome]) => [name, toEnding(outcome)] as const);
    return [...(await judge(Object.fromEntries(endings))), ...stage.world.takeErrors()];
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
