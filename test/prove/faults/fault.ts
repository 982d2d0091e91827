import type { Told } from "../audit/told.ts";
import type { Ground } from "../ground.ts";
import type { World } from "../world.ts";
import type { FaultProxy } from "./fault-proxy.ts";
import type { Journal } from "./journal.ts";

/** Something that goes wrong around Cubby, and how it is brought about. */
export interface Fault {
  /** As the README's table has it. */
  name: string;
  /** What is tried while it lasts, in a few words. */
  tried: string;
  /** Brings it about and ends it again; all that must not be goes to the journal. The auditor comes afterwards. */
  strike(scene: FaultScene): Promise<void>;
}

export interface FaultScene {
  ground: Ground;
  world: World;
  proxies: Proxies;
  told: Told;
  journal: Journal;
  seed: number;
  /** Numbers from 0 to 1 that the seed decides. */
  draw(): number;
}

export interface Proxies {
  s3: FaultProxy;
  dynamodb: FaultProxy;
}
