import type { Client } from "../../../shared/client/index.ts";
import { CubbyError } from "../../../shared/client/index.ts";
import type { Principal } from "../../../shared/identity/principal.ts";
import type { Told } from "../audit/told.ts";
import type { Process, World } from "../world.ts";

/** Two or more who meet, each in a process of its own. */
export interface Race {
  name: string;
  /** It moves the clock, or needs all of the world: each run has an empty one. */
  isAlone?: boolean;
  /** No sweep has anything to do behind it, and to have it look at all of it would take longer than the race. */
  leavesNothing?: boolean;
  /** Settings of the stage that it needs. */
  settings?: Record<string, string>;
  /** Makes what they meet on, and says what each does; afterwards `judge` answers what must not be. */
  set(scene: Scene): Promise<{
    actors: Record<string, (as: Actor) => Promise<unknown>>;
    judge(outcomes: Record<string, Ending>): Promise<string[]> | string[];
  }>;
}

export interface Scene {
  world: World;
  told: Told;
  /** Ana, before and behind the race: another Ana in each run. */
  ana: Client;
  anasId: string;
}

/** One of those who race. */
export interface Actor {
  process: Process;
  ana: Client;
  /** Takes a turn of its own for something that is no request to an engine of ours. */
  turn<Result>(what: string, act: () => Promise<Result>): Promise<Result>;
}

/** What became of an actor: what he was told, or the public code by which he was refused. */
export interface Ending {
  value?: unknown;
  refused?: string;
}

/** May import and export. */
export const olga: Principal = { kind: "operator", userId: "olga" };

/** Anything but a refusal is a fault of ours. */
export function toEnding(settled: PromiseSettledResult<unknown>): Ending {
  if (settled.status === "fulfilled") return { value: settled.value };
  if (settled.reason instanceof CubbyError && settled.reason.status < 500) return { refused: settled.reason.code };
  throw settled.reason;
}

/** Says so unless it holds. */
export function expect(holds: boolean, sentence: string): string[] {
  return holds ? [] : [sentence];
}

/** Unless he was answered, or refused for one of these reasons. */
export function expectEnding(name: string, ending: Ending | undefined, ...codes: string[]): string[] {
  const { refused } = ending ?? {};
  return expect(refused === undefined || codes.includes(refused), `${name} was refused: ${refused}`);
}

export async function newSession(client: Client): Promise<string> {
  return (await client.call("createSession", { body: { platform: "web" } })).session_id;
}
