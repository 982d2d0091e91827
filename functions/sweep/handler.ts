import { createSqs } from "../../shared/aws/clients.ts";
import { sendMessage } from "../../shared/aws/functions.ts";
import { ENV, processEnvironment, required } from "../../shared/config.ts";
import { createLog } from "../../shared/log.ts";
import { createStores } from "../../shared/stores.ts";
import { type SweepReport, sweep } from "./sweep.ts";

const env = processEnvironment();
const stores = createStores(env);
const log = createLog("sweep");
const sqs = createSqs();
const queueUrl = required(env, ENV.conversionQueueUrl);

/** Called by the schedule, or by hand with any event. */
export async function handler(_event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<SweepReport> {
  await stores.rules.refresh();
  const askToConvert = (sessionId: string) => sendMessage(sqs, queueUrl, { session_id: sessionId });
  const report = await sweep({ ...stores, log, askToConvert }, () => context.getRemainingTimeInMillis());
  log.info("Swept", { ...report });
  return report;
}
