/**
 * Steps as plain data: what is drawn, printed when it fails, and kept as JSON to be tried again. A step is one deed of
 * one person, three deeds of the three at once, or something that happens by itself: time, a sweep, the queue.
 */
import fc from "fast-check";
import { deeds, type DeedName } from "./deeds.ts";
import { type Model, type ModelSession, people, type Who } from "./model.ts";

/** One deed, on the session that `target` comes to. */
export interface Act {
  who: Who;
  deed: DeedName;
  args: unknown;
  target: { own: boolean; nth: number };
}

export type Step = { acts: Act[] } | { waitMinutes: number } | { sweep: "due" | "full" } | { deliver: true };

/** Mostly his newest sessions, sometimes anybody's: another's, an old one's. */
const target = fc.oneof(
  { weight: 8, arbitrary: fc.record({ own: fc.constant(true), nth: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ own: fc.constant(false), nth: fc.nat({ max: 9 }) }) },
);

const act = (who: Who): fc.Arbitrary<Act> =>
  fc.oneof(
    ...Object.entries(deeds).map(([name, { weight, args }]) => ({
      weight,
      arbitrary: fc.record({
        who: fc.constant(who),
        deed: fc.constant(name as DeedName),
        args: args as fc.Arbitrary<unknown>,
        target,
      }),
    })),
  );

/** All that can be next. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 24, arbitrary: fc.oneof(...people.map(act)).map((one) => ({ acts: [one] })) },
  { weight: 5, arbitrary: fc.tuple(...people.map(act)).map((acts) => ({ acts: [...acts] })) },
  { weight: 3, arbitrary: fc.record({ waitMinutes: fc.constantFrom(1, 14, 31, 60, 23 * 60) }) },
  { weight: 1, arbitrary: fc.record({ waitMinutes: fc.constant(3 * 24 * 60) }) },
  { weight: 1, arbitrary: fc.record({ sweep: fc.constantFrom("due" as const, "full" as const) }) },
  { weight: 1, arbitrary: fc.constant({ deliver: true as const }) },
);

/** The session that is meant; undefined while there is none to mean. */
export function meant(model: Model, { who, target, deed }: Act): ModelSession | undefined {
  const candidates = target.own ? model.sessions.filter(({ owner }) => owner === who) : model.sessions;
  if (candidates.length === 0) return deed === "create" || deed === "list" || deed === "clear" ? nobodys : undefined;
  return candidates.at(-1 - (target.nth % candidates.length));
}

/** Stands for the session in deeds that concern none. */
const nobodys: ModelSession = {
  ...{ id: "", owner: "ana", platform: "web", thread: null, status: "active", note: "", createdAt: 0 },
  ...{ lastActivity: 0, idleMinutes: 0, files: new Map(), hasSummary: false, said: [] },
};
