/**
 * One of the three at work in one session after the other, while something is out of order. As long as all he was told
 * is certain, whatever he is told must be what the model says, or 503; from the first 503 of a change on either may be,
 * and the ledger keeps both.
 */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { type Client, CubbyError, createClient } from "../../../shared/client/index.ts";
import type { Told } from "../audit/told.ts";
import { ledger } from "../crashes/ledger.ts";
import { deeds, type DeedName } from "../sequences/deeds.ts";
import type { Model, ModelSession, Who } from "../sequences/model.ts";
import { foresee, principals } from "../sequences/play.ts";
import type { World } from "../world.ts";
import { API, type Journal } from "./journal.ts";

/** Deeds within a session, by how often they are drawn. */
const repertoire: Partial<Record<DeedName, number>> = {
  ...{ put: 6, putTable: 3, direct: 3, remove: 3, rename: 2, download: 3, listFiles: 2, listTables: 2 },
  ...{ say: 3, read: 2, ask: 2, waits: 1, decide: 2, look: 2, touch: 1, delete: 1 },
};
/** Whether they were answered or not, everything is as it was. */
const reading = new Set<DeedName>(["listFiles", "listTables", "read", "waits", "look"]);
/** Behind an answer that says so, a conversion goes on. */
const LATER = new Set(["pending", "converting"]);

const drawnDeed = fc.oneof(
  ...Object.entries(repertoire).map(([name, weight]) => {
    const deed = name as DeedName;
    return { weight, arbitrary: (deeds[deed].args as fc.Arbitrary<unknown>).map((args) => ({ deed, args })) };
  }),
);

/** Longer than any proof; the stage's own settings say so too. */
const IDLE_MINUTES = 60_000;

export interface Person {
  who: Who;
  /** Without retries of its own: each answer counts. */
  client: Client;
  /** His next deed, in a session that he begins where he has none. */
  act(): Promise<void>;
  /** From now on nobody can say exactly what this session is like. */
  doubt(): void;
}

export interface Workplace {
  world: World;
  told: Told;
  journal: Journal;
  draw(): number;
}

export function personAt({ world, told, journal, draw }: Workplace, who: Who, seed: number): Person {
  const watched = journal.watch(world.main, principals[who]);
  const userId = who.startsWith("telegram_") ? { userId: who } : {};
  const client = createClient({ baseUrl: API, maxRetries: 0, fetch: watched, ...userId });
  const script = fc.sample(drawnDeed, { seed, numRuns: 200 });
  let current: { session: ModelSession; model: Model; isCertain: boolean } | undefined;

  async function begin(): Promise<void> {
    const model: Model = { now: world.clock.now().getTime(), sessions: [] };
    const args = { platform: "web", thread: null, reuse: false, idle: undefined };
    const told_ = await attempt("create", "", args);
    if ("refused" in told_) return;
    deeds.create.foresee({ model, who, session: model.sessions[0] as ModelSession, now: model.now }, args, told_.value);
    const [session] = model.sessions;
    if (session === undefined) throw new Error("The model has no session");
    session.idleMinutes = IDLE_MINUTES;
    told.begun(session.id);
    current = { session, model, isCertain: true };
  }

  /** Does it and notes how it was answered; what nobody could expect to be thrown is thrown. */
  async function attempt(
    deed: DeedName,
    sessionId: string,
    args: unknown,
  ): Promise<{ value: unknown } | { refused: CubbyError }> {
    try {
      return { value: await deeds[deed].act({ client, who, sessionId }, args) };
    } catch (error) {
      if (!(error instanceof CubbyError)) throw error;
      return { refused: error };
    }
  }

  async function act(): Promise<void> {
    world.clock.move(1000);
    if (current === undefined) return begin();
    const { deed, args } = script.shift() ?? { deed: "look" as const, args: {} };
    const { session, model, isCertain } = current;
    model.now = world.clock.now().getTime();
    ledger[deed]?.before(told, session.id, args as never);
    const answer = await attempt(deed, session.id, args);
    if (!("refused" in answer)) ledger[deed]?.after(told, session.id, args as never);
    if ("refused" in answer && answer.refused.status >= 500) {
      journal.tally(`${answer.refused.status} \`${answer.refused.code}\``);
      if (!reading.has(deed)) current.isCertain = false;
    } else if (isCertain) {
      current.isCertain = compare(deed, args, session, model, answer);
    } else {
      journal.tally("either way after a 503");
    }
    if (deed === "delete" || (!current.isCertain && draw() < 0.4)) current = undefined;
  }

  /** Whether what he was told is still certain; finds what is not as the model says. */
  function compare(
    deed: DeedName,
    args: unknown,
    session: ModelSession,
    model: Model,
    answer: { value: unknown } | { refused: CubbyError },
  ): boolean {
    const given = "refused" in answer ? { refused: answer.refused.code } : answer.value;
    const foreseen = foresee(() =>
      deeds[deed].foresee(
        { model, who, session, now: model.now },
        args,
        "refused" in answer ? undefined : answer.value,
      ),
    );
    if (isDeepStrictEqual(given, foreseen)) {
      journal.tally("as ever");
      return !(deed === "remove" && String((args as { path: string }).path).endsWith(".csv"));
    }
    const state = (given as { state?: string }).state ?? "";
    if (LATER.has(state) && isDeepStrictEqual({ ...(given as object), state: "converted" }, foreseen)) {
      journal.tally("stored, converted later");
      return false;
    }
    journal.find(
      `${deed} ${JSON.stringify(args)} was told ${JSON.stringify(given)}, foreseen ${JSON.stringify(foreseen)}`,
    );
    return false;
  }

  function doubt(): void {
    if (current !== undefined) current.isCertain = false;
  }

  return { who, client, act, doubt };
}
