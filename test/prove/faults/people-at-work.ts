/** The three at work, one deed after the other, while calls to an engine are struck in a changing weather. */
import type { Principal } from "../../../shared/identity/principal.ts";
import { people } from "../sequences/model.ts";
import type { Call, EngineName, Strike } from "./fault-proxy.ts";
import type { Fault, FaultScene } from "./fault.ts";
import { API } from "./journal.ts";
import { type Person, personAt } from "./person.ts";

const BEFORE = 2;
const WHILE_IT_LASTS = 6;
/** How many of the calls are struck, until the weather changes: none, some, most. */
const WEATHERS = [0, 0.3, 0.6, 0.95, 0.95];
/** One strike is not much of a try, where there are more calls. */
const AT_LEAST = 2;

export interface WireFault {
  name: string;
  engine: EngineName;
  /** What becomes of a call; made anew for each run, so that it may remember. */
  strike(scene: FaultScene): Strike;
  /** Which calls it can strike; all unless said. */
  isHit?(call: Call): boolean;
  /** At most so many calls of a run are struck, where each costs time. */
  atMost?: number;
  /** What happens between deeds, beside the queue and strangers. */
  meanwhile?(scene: FaultScene): Promise<void>;
}

/** A fault of the wire, met by people at work. */
export function wireFault(wire: WireFault): Fault {
  return {
    name: wire.name,
    tried: "three people at work",
    async strike(scene) {
      const { proxies, draw } = scene;
      const crowd = await gather(scene);
      const sky = { weather: 0, struck: 0 };
      const { isHit = () => true, atMost = Number.POSITIVE_INFINITY } = wire;
      const strike = wire.strike(scene);
      const least = Math.min(AT_LEAST, atMost);
      proxies[wire.engine].strikes((call) => {
        if (!isHit(call) || sky.struck >= atMost || draw() >= sky.weather) return undefined;
        sky.struck++;
        return strike;
      });
      try {
        for (let done = 0; done < WHILE_IT_LASTS || (sky.struck < least && done < 4 * WHILE_IT_LASTS); done++) {
          if (done % 3 === 0) sky.weather = WEATHERS[Math.floor(draw() * WEATHERS.length)] ?? 0;
          await work(scene, crowd);
          await wire.meanwhile?.(scene);
        }
      } finally {
        proxies[wire.engine].strikes(undefined);
      }
      scene.journal.struck += sky.struck;
    },
  };
}

/** The three, each with a session and something in it, before anything goes wrong. */
export async function gather(scene: FaultScene): Promise<Person[]> {
  const crowd = people.map((who, index) => personAt(scene, who, scene.seed * people.length + index));
  for (const person of crowd) await person.act();
  for (let done = 0; done < BEFORE; done++) await turn(scene, crowd);
  return crowd;
}

/** One deed of somebody, and what may come at the same time. */
export async function work(scene: FaultScene, crowd: readonly Person[]): Promise<void> {
  await turn(scene, crowd);
  if (scene.draw() < 0.15) await intrude(scene);
  // A message whose work fails would come again; here it is lost, and left to the sweep.
  if (scene.draw() < 0.1) await scene.world.deliver().catch(() => {});
}

async function turn({ draw }: FaultScene, crowd: readonly Person[]): Promise<void> {
  await crowd[Math.floor(draw() * crowd.length)]?.act();
}

/** Somebody asks for what is another's: he finds nothing, or nobody can tell just now. */
async function intrude({ world, told, journal, draw }: FaultScene): Promise<void> {
  const [id] = [...told.sessions.keys()].slice(-1);
  if (id === undefined) return;
  const session = `/v1/sessions/${id}`;
  const requests = [`GET ${session}`, `GET ${session}/files/uploads/a.csv?redirect=false`, `DELETE ${session}`];
  const request = requests[Math.floor(draw() * requests.length)] ?? "";
  const [method = "", path = ""] = request.split(" ");
  const mallory: Principal = { kind: "user", userId: "mallory" };
  const response = await journal.watch(world.main, mallory)(`${API}${path}`, { method });
  if (response.status === 404 || response.status === 503) return;
  journal.find(`A stranger's ${request} was answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
}
