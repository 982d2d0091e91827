import { tmpdir } from "node:os";
import { ENV, processEnvironment, required } from "../../shared/config.ts";
import type {
  ConvertRequest,
  ConvertResponse,
  PreviewRequest,
  PreviewResponse,
} from "../../shared/contract/functions.ts";
import { createLog } from "../../shared/log.ts";
import { createMetrics } from "../../shared/metrics.ts";
import { createStores } from "../../shared/stores.ts";
import { withTrace } from "../../shared/trace.ts";
import { attendUploads } from "../../shared/uploading/attend-uploads.ts";
import { type ConvertDeps, drain } from "./drain.ts";
import { type Errand, parseMessage, type QueueAnswer, type QueueEvent } from "./queue-event.ts";
import { previewFile } from "./preview-file.ts";
import { settleArrival } from "./settle-arrival.ts";

const env = processEnvironment();
const deps: ConvertDeps = {
  ...createStores(env),
  log: createLog("convert"),
  metrics: createMetrics(required(env, ENV.functionName)),
  temporaryDirectory: tmpdir(),
};

/** Called directly with `{session_id}` or `{preview}`, or by the queue with messages of that shape or S3's Object Created events. */
export async function handler(
  event: ConvertRequest | PreviewRequest | QueueEvent,
): Promise<ConvertResponse | PreviewResponse | QueueAnswer> {
  await deps.rules.refresh();
  if ("preview" in event) return previewFile(deps, event);
  if ("session_id" in event) return run({ sessionId: event.session_id, requestId: event.request_id });
  const failures: QueueAnswer["batchItemFailures"] = [];
  for (const record of event.Records) {
    try {
      const errand = parseMessage(record.body);
      if (errand === undefined) deps.log.warn("Message of no session", { message_id: record.messageId });
      else await run(errand);
    } catch (error) {
      deps.log.error("Conversion failed, the queue will try again", { error, message_id: record.messageId });
      failures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures: failures };
}

function run({ sessionId, uploads, database, arrived, requestId }: Errand): Promise<ConvertResponse> {
  return withTrace({ sessionId, requestId }, async ({ engine_requests }) => {
    const started = performance.now();
    if (arrived !== undefined) await settleArrival(deps, arrived);
    if (uploads === true) await attendUploads(deps, sessionId);
    const answer = await drain(deps, sessionId, { database });
    const milliseconds = Math.round(performance.now() - started);
    const { lease, converted, failed } = answer;
    deps.log.info("Converted", { lease, converted, failed, milliseconds, engine_requests });
    if (lease) tellMetrics(answer, milliseconds);
    return answer;
  });
}

function tellMetrics({ converted, failed }: ConvertResponse, milliseconds: number): void {
  deps.metrics.add("FilesConverted", converted);
  deps.metrics.add("FilesFailed", failed);
  deps.metrics.add("ConversionDuration", milliseconds);
  deps.metrics.publish();
}
