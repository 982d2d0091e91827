/** The three at work, one deed after the other, while calls to an engine are struck in a changing weather. */
import type { Principal } from "../../../shared/identity/principal.ts";
import { people, type Who } from "../sequences/model.ts";
import { principals } from "../sequences/play.ts";
import type { Call, EngineName, Strike } from "./fault-proxy.ts";
import type { Fault, FaultScene } from "./fault.ts";
import { API } from "./journal.ts";
import { personAt } from "./person.ts";

const BEFORE = 4;
const WHILE_IT_LASTS = 20;
/** How many of the calls are struck, until the weather changes: none, some, most. */
const WEATHERS = [0, 0.15, 0.4, 0.95];

export interface WireFault {
  name: string;
  engine: EngineName;
  strike: Strike;
  /** Which calls it can strike; all unless said. */
  isHit?(call: Call): boolean;
  /** Deeds while it lasts, where it costs time. */
  deeds?: number;
  /** At most so many calls are struck, where each costs time. */
  atMost?: number;
}

/** A fault of the wire, met by people at work. */
export function wireFault(wire: WireFault): Fault {
  return {
    name: wire.name,
    tried: "three people at work",
    strike: (scene) => work(scene, wire),
  };
}

async function work(
  scene: FaultScene,
  { engine, strike, isHit = () => true, deeds = WHILE_IT_LASTS, atMost }: WireFault,
) {
  const { proxies, draw, seed } = scene;
  const crowd = people.map((who, index) => personAt(scene, who, seed * 3 + index));
  const turn = () => crowd[Math.floor(draw() * crowd.length)];
  for (const person of crowd) await person.act();
  for (let done = 0; done < BEFORE; done++) await turn()?.act();
  let weather = 0;
  let struck = 0;
  proxies[engine].strikes((call) => {
    if (!isHit(call) || struck >= (atMost ?? Number.POSITIVE_INFINITY) || draw() >= weather) return undefined;
    struck++;
    return strike;
  });
  try {
    for (let done = 0; done < deeds || (struck === 0 && done < 10 * deeds); done++) {
      if (done % 3 === 0) weather = WEATHERS[Math.floor(draw() * WEATHERS.length)] ?? 0;
      await turn()?.act();
      if (draw() < 0.15) await intrude(scene);
      if (draw() < 0.1) await scene.world.deliver().catch(() => {}); // the queue would bring it again, or the sweep
    }
  } finally {
    proxies[engine].strikes(undefined);
  }
  scene.journal.struck += struck;
}

/** Somebody asks for what is another's: he finds nothing, or nobody can tell just now. */
export async function intrude({ world, told, journal, draw }: Pick<FaultScene, "world" | "told" | "journal" | "draw">) {
  const [id] = [...told.sessions.keys()].slice(-1);
  const stranger: Principal = { kind: "user", userId: "mallory" };
  if (id === undefined) return;
  const requests = [
    `GET /v1/sessions/${id}`,
    `GET /v1/sessions/${id}/files/uploads/a.csv?redirect=false`,
    `DELETE /v1/sessions/${id}`,
  ];
  const request = requests[Math.floor(draw() * requests.length)] ?? "";
  const [method = "", path = ""] = request.split(" ");
  const response = await journal.watch(world.main, stranger)(`${API}${path}`, { method });
  if (response.status === 404 || response.status === 503) return;
  journal.find(`A stranger's ${request} was answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
}

export function principalOf(who: Who): Principal {
  return principals[who];
}
