/** Plays one step on a world and on the model, and holds what was told against what was foreseen. */
import { isDeepStrictEqual } from "node:util";
import type fc from "fast-check";
import { type Client, CubbyError } from "../../../shared/client/index.ts";
import type { Principal } from "../../../shared/identity/principal.ts";
import type { World } from "../world.ts";
import { deeds } from "./deeds.ts";
import { MINUTE, type Model, Refused, sweep, type Who } from "./model.ts";
import { type Act, meant, type Step } from "./steps.ts";

/** Who the three are to Cubby. */
export const principals: Record<Who, Principal> = {
  ana: { kind: "user", userId: "ana" },
  ben: { kind: "user", userId: "ben" },
  telegram_7: { kind: "service", clientId: "telegram-bot", userId: "telegram_7" },
};

/** A world and the three who use it. */
export interface Stage {
  world: World;
  clients: Record<Who, Client>;
}

export function toStage(world: World): Stage {
  const entries = Object.entries(principals).map(([who, principal]) => [who, world.main.client(principal)]);
  return { world, clients: Object.fromEntries(entries) };
}

/** One step as fast-check's command. */
export class Command implements fc.AsyncCommand<Model, Stage> {
  readonly step: Step;
  constructor(step: Step) {
    this.step = step;
  }
  check(model: Readonly<Model>): boolean {
    return !("acts" in this.step) || this.step.acts.every((act) => meant(model, act) !== undefined);
  }
  run(model: Model, stage: Stage): Promise<void> {
    return play(this.step, model, stage);
  }
  toString(): string {
    return JSON.stringify(this.step);
  }
}

/** Throws what differs. A second passes before each step, so that no two things happen at one moment by chance. */
async function play(step: Step, model: Model, stage: Stage): Promise<void> {
  const { world } = stage;
  world.clock.move("waitMinutes" in step ? step.waitMinutes * MINUTE : 1000);
  model.now = world.clock.now().getTime();
  if ("sweep" in step) {
    const report = await world.main.sweep({ full: step.sweep === "full" });
    if ("skipped" in report || report.errors > 0) throw new Error(`The sweep answered ${JSON.stringify(report)}`);
    sweep(model);
  }
  if ("deliver" in step) await world.deliver();
  if ("acts" in step) await playActs(step.acts, model, stage);
  const errors = world.takeErrors();
  if (errors.length > 0) throw new Error(`Failed inside:\n${errors.join("\n")}`);
}

/** Those of one step are done at once; none of the three can change what another one is told. */
async function playActs(acts: readonly Act[], model: Model, { clients }: Stage): Promise<void> {
  const scenes = acts.map((act) => {
    const session = meant(model, act);
    if (session === undefined) throw new Error("No session is meant");
    return { act, session };
  });
  const told = await Promise.all(
    scenes.map(({ act, session }) => {
      const at = { client: clients[act.who], who: act.who, sessionId: session.id };
      return deeds[act.deed].act(at, act.args).catch(toRefusal);
    }),
  );
  for (const [index, { act, session }] of scenes.entries()) {
    const answer = told[index];
    const named = isRefusal(answer) ? undefined : answer;
    const foreseen = foresee(() =>
      deeds[act.deed].foresee({ model, who: act.who, session, now: model.now }, act.args, named),
    );
    if (!isDeepStrictEqual(answer, foreseen)) {
      throw new Error(
        `${JSON.stringify(act)}\n was told ${JSON.stringify(answer)}\n foreseen ${JSON.stringify(foreseen)}`,
      );
    }
  }
}

/** What the model says: what will be told, or the code of its refusal. */
export function foresee(predict: () => unknown): unknown {
  try {
    return predict();
  } catch (error) {
    if (error instanceof Refused) return { refused: error.code };
    throw error;
  }
}

function toRefusal(error: unknown): { refused: string } {
  if (error instanceof CubbyError) return { refused: error.code };
  throw error;
}

function isRefusal(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "refused" in answer;
}
