import type fc from "fast-check";
import type { Client } from "../../../shared/client/index.ts";
import type { Model, ModelSession, Who } from "./model.ts";

/** Something that a person can do, told twice: how it is done with the client, and what the model expects of it. */
export interface Deed<Args = unknown, Told = unknown> {
  /** How often it is drawn, beside the others. */
  weight: number;
  args: fc.Arbitrary<Args>;
  /** Does it, and answers what was told, without what nobody can foresee. */
  act(at: Scene & { sessionId: string }, args: Args): Promise<Told>;
  /** What must be told; throws `Refused`. Changes the model accordingly. `told` is for names that Cubby chose. */
  foresee(at: Foreseen, args: Args, told: Told | undefined): Told;
}

/** Who does it, by which client. */
export interface Scene {
  client: Client;
  who: Who;
}

/** The model's side of it; `session` is the one that was meant, whosever it is and in whatever state. */
export interface Foreseen {
  model: Model;
  who: Who;
  session: ModelSession;
  now: number;
}

/** Keeps the types of one deed together where many of them stand in a list. */
export function deed<Args, Told>(one: Deed<Args, Told>): Deed {
  return one as unknown as Deed;
}
