import { clockErrorMs, createSqs, createStorageClients } from "../../shared/aws/clients.ts";
import { sendMessage } from "../../shared/aws/functions.ts";
import { systemClock } from "../../shared/clock.ts";
import { ENV, processEnvironment, required } from "../../shared/config.ts";
import { type SweepReport, type SweepSkipped, sweepOptions } from "../../shared/contract/sweep.ts";
import { createLog } from "../../shared/log.ts";
import { createMetrics } from "../../shared/metrics.ts";
import { createStores } from "../../shared/stores.ts";
import { emitReport } from "./report-metrics.ts";
import { sweep } from "./sweep.ts";

const env = processEnvironment();
const clients = createStorageClients(env);
const stores = createStores(env, systemClock, clients);
const log = createLog("sweep");
const metrics = createMetrics(required(env, ENV.functionName));
const sqs = createSqs();
const queueUrl = required(env, ENV.conversionQueueUrl);

/** Called by the schedule, or by hand with any event; `events/` holds some that a person may want. */
export async function handler(
  event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<SweepReport | SweepSkipped> {
  const options = sweepOptions.parse(event ?? {});
  await stores.rules.refresh();
  const askToConvert = (sessionId: string, also: { uploads?: boolean; database?: boolean } = {}) =>
    sendMessage(sqs, queueUrl, { session_id: sessionId, ...also });
  const deps = { ...stores, log, askToConvert, clockErrorMs: () => clockErrorMs(clients.dynamo) };
  const answer = await sweep(deps, () => context.getRemainingTimeInMillis(), options);
  if ("skipped" in answer) {
    log.info("Sweep skipped", { ...answer });
    return answer;
  }
  log.info("Swept", { ...answer });
  emitReport(metrics, answer);
  return answer;
}
