import { tmpdir } from "node:os";
import { processEnvironment } from "../../shared/config.ts";
import type {
  ConvertRequest,
  ConvertResponse,
  PreviewRequest,
  PreviewResponse,
} from "../../shared/contract/functions.ts";
import { createLog } from "../../shared/log.ts";
import { createStores } from "../../shared/stores.ts";
import { attendUploads } from "../../shared/uploading/attend-uploads.ts";
import { type ConvertDeps, drain } from "./drain.ts";
import { type Errand, parseMessage, type QueueAnswer, type QueueEvent } from "./queue-event.ts";
import { previewFile } from "./preview-file.ts";
import { settleArrival } from "./settle-arrival.ts";

const deps: ConvertDeps = {
  ...createStores(processEnvironment()),
  log: createLog("convert"),
  temporaryDirectory: tmpdir(),
};

/** Called directly with `{session_id}` or `{preview}`, or by the queue with messages of that shape or S3's Object Created events. */
export async function handler(
  event: ConvertRequest | PreviewRequest | QueueEvent,
): Promise<ConvertResponse | PreviewResponse | QueueAnswer> {
  await deps.rules.refresh();
  if ("preview" in event) return previewFile(deps, event);
  if ("session_id" in event) return drain(deps, event.session_id);
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

async function run({ sessionId, uploads, arrived }: Errand): Promise<void> {
  if (arrived !== undefined) await settleArrival(deps, arrived);
  if (uploads === true) await attendUploads(deps, sessionId);
  await drain(deps, sessionId);
}
