/** What comes after a fault: time, the queue and the sweep. Then everybody leaves, and nothing may be left. */
import { takeCensus } from "../../support/census.ts";
import { HOUR, MINUTE } from "../../support/sweep-on.ts";
import { people } from "../sequences/model.ts";
import { principals } from "../sequences/play.ts";
import type { World } from "../world.ts";

/** Uploads that nobody completes wait for a day. */
const DAY_AFTER = 26 * HOUR;

/**
 * Three sweeps, ten minutes apart: what waits is converted after the first, and a figure that seems wrong is set right
 * at the second look without a change in between.
 */
export async function recover({ clock, main, deliver }: World): Promise<void> {
  clock.move(DAY_AFTER);
  for (let look = 0; look < 3; look++) {
    await main.sweep({ full: true });
    await deliver();
    clock.move(10 * MINUTE);
  }
}

/** Everybody clears what is his; then bucket and table hold nothing of a session but receipts. */
export async function clearAll({ main, env }: World): Promise<string[]> {
  for (const who of people) await main.client(principals[who]).call("clearSessions", {});
  const { live, orphans, objects } = await takeCensus(main.clients, env);
  const left = [...live, ...orphans, ...objects];
  return left.length === 0 ? [] : [`After clearing there is still ${left.join(", ")}`];
}
