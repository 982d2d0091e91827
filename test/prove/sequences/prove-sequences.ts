/**
 * Random sequences of what people do, on the real host and on the model at once; where the two differ, fast-check finds
 * the shortest sequence in which they do. What failed is kept as JSON under `kept/` and tried first from then on.
 */
import fc from "fast-check";
import { audit } from "../audit/auditor.ts";
import type { Claim, Outcome } from "../claim.ts";
import { type Ground, startGround } from "../ground.ts";
import type { World } from "../world.ts";
import { keep, readKept } from "./kept.ts";
import type { Model } from "./model.ts";
import { Command, toStage } from "./play.ts";
import { type Step, step } from "./steps.ts";
import { toldBy } from "./told-by-model.ts";

/** At most; half of it on average. */
const MAX_COMMANDS = 100;
/** Sequences under way at once: while one waits for a disk, another one computes. */
const LANES = 8;
/** Of a run of half an hour somebody wants to know that it goes on. */
const TOLD_EACH = 1000;

export const sequences: Claim = {
  name: "sequences",
  promise:
    "whatever three people do in whatever order, each is told what the model says, and the auditor finds nothing else",
  async prove({ runs, seed, tell }) {
    const ground = await startGround();
    const outcome: Outcome = { runs: 0, counted: { commands: 0, "kept sequences": 0 }, findings: [] };
    try {
      for (const { name, steps } of await readKept()) {
        outcome.counted["kept sequences"] = (outcome.counted["kept sequences"] ?? 0) + 1;
        const failure = await replay(ground, steps);
        if (failure !== undefined) outcome.findings.push(`kept/${name}: ${failure}`);
      }
      const share = Math.ceil(runs / LANES);
      const lanes = Array.from({ length: LANES }, (_, lane) =>
        runLane(ground, { runs: share, seed: seed + lane, tell }, outcome),
      );
      await Promise.all(lanes);
    } finally {
      await ground.close();
    }
    return outcome;
  },
};

/** Some of the sequences, one after the other on a world of their own. */
async function runLane(
  ground: Ground,
  { runs, seed, tell }: { runs: number; seed: number; tell(line: string): void },
  outcome: Outcome,
): Promise<void> {
  const world = await ground.newWorld();
  const commands = fc.commands([step.map((one) => new Command(one))], { maxCommands: MAX_COMMANDS, size: "max" });
  const property = fc.asyncProperty(commands, async (sequence) => {
    if (++outcome.runs % TOLD_EACH === 0) tell(`${outcome.runs} sequences so far`);
    for (const _ of sequence) outcome.counted.commands = (outcome.counted.commands ?? 0) + 1;
    await playOn(world, sequence);
  });
  const details = await fc.check(property, { numRuns: runs, seed });
  if (!details.failed) return;
  const [smallest] = details.counterexample ?? [];
  const steps = [...(smallest ?? [])].map((command) => JSON.parse(String(command)) as Step);
  const cause = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  const file = await keep(seed, steps);
  outcome.findings.push(`seed ${seed}, path ${details.counterexamplePath}, kept as ${file}: ${cause}`);
  tell(outcome.findings.at(-1) ?? "");
}

async function playOn(world: World, sequence: Iterable<fc.AsyncCommand<Model, ReturnType<typeof toStage>>>) {
  await world.reset();
  const model: Model = { now: world.clock.now().getTime(), sessions: [] };
  await fc.asyncModelRun(() => ({ model, real: toStage(world) }), sequence);
  await new Command({ sweep: "full" }).run(model, toStage(world));
  await new Command({ deliver: true }).run(model, toStage(world));
  const findings = await audit(world.main.clients, world.env, toldBy(model));
  if (findings.length > 0) throw new Error(`The auditor found:\n${findings.join("\n")}`);
}

/** Plays a kept sequence; answers why it fails. */
async function replay(ground: Ground, steps: readonly Step[]): Promise<string | undefined> {
  const world = await ground.newWorld();
  return playOn(
    world,
    steps.map((one) => new Command(one)),
  ).then(
    () => undefined,
    (error: Error) => error.message,
  );
}
