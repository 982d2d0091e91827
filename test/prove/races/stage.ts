import type { Principal } from "../../../shared/identity/principal.ts";
import type { Told } from "../audit/told.ts";
import type { World } from "../world.ts";
import { createGatedProcess, type GatedProcess } from "./gated-process.ts";
import type { Actor, Scene } from "./race.ts";
import type { Turnstile } from "./turnstile.ts";

/** A world in which run follows run: what costs most to make, its processes and their connections, stays. */
export class Stage {
  readonly world: World;
  readonly #processes: GatedProcess[] = [];
  #runs = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** For the next run: nobody in it is anybody in another one. */
  scene(told: Told): Scene {
    const anasId = `ana-${this.#runs++}`;
    return { world: this.world, told, anasId, ana: this.world.main.client(userOf(anasId)) };
  }

  /** The nth of those who race. */
  actor(nth: number, { name, turnstile, anasId }: { name: string; turnstile: Turnstile; anasId: string }): Actor {
    const gated = this.#processes[nth] ?? createGatedProcess(this.world);
    this.#processes[nth] = gated;
    Object.assign(gated.gate, { actor: name, turnstile });
    const { process } = gated;
    const turn: Actor["turn"] = (what, act) => turnstile.enter(name, what, act);
    return { process, ana: process.client(userOf(anasId)), turn };
  }
}

function userOf(userId: string): Principal {
  return { kind: "user", userId };
}
