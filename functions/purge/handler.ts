import { ENV, processEnvironment, required } from "../../shared/config.ts";
import { createLog } from "../../shared/log.ts";
import { createMetrics } from "../../shared/metrics.ts";
import { createStores } from "../../shared/stores.ts";
import { type PurgeAnswer, purge } from "./purge.ts";
import type { StreamEvent } from "./stream-event.ts";

const env = processEnvironment();
const stores = createStores(env);
const log = createLog("purge");
const metrics = createMetrics(required(env, ENV.functionName));

/** Called by the table's stream; `events/` holds records for a person who wants to try it from the console. */
export function handler(event: StreamEvent, context: { getRemainingTimeInMillis(): number }): Promise<PurgeAnswer> {
  return purge({ ...stores, log, metrics }, event, () => context.getRemainingTimeInMillis());
}
