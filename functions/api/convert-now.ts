import { setTimeout as delay } from "node:timers/promises";
import { invoke, sendMessage } from "../../shared/aws/functions.ts";
import type { ConvertRequest, ConvertResponse } from "../../shared/contract/functions.ts";
import { isTombstone } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";

/** API Gateway answers by itself after 30 s; before that we say how far the conversion has come. */
const PATIENCE_MS = 24_000;
const POLL_MS = 200;

/**
 * Has the session's pending files converted, and waits as long as a request may. What is not done by then goes on
 * without us: the files stay `pending` or `converting` in the answer. Never throws: the files are safe already.
 */
export async function convertNow(deps: ApiDeps, sessionId: string, requestId: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const request: ConvertRequest = { session_id: sessionId, request_id: requestId };
    const answer = await invoke<ConvertResponse>(deps.lambda, deps.convertFunction, request, signal);
    if (!answer.lease) await waitForHolder(deps, sessionId, signal);
  } catch (error) {
    if (signal.aborted) return;
    deps.log.warn("Conversion not finished in the request, queued", { session_id: sessionId, error });
    await queueConversion(deps, sessionId);
  }
}

/** Somebody else holds the lease and will see our files: done when nobody holds it and nothing waits. */
async function waitForHolder(deps: ApiDeps, sessionId: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const stored = await deps.sessions.findStored(sessionId);
    if (stored === undefined || isTombstone(stored) || stored.conversion_due_at === undefined) return;
    await delay(POLL_MS);
  }
}

/** Has them converted some time soon. Never throws. */
export async function queueConversion(deps: ApiDeps, sessionId: string): Promise<void> {
  try {
    await sendMessage(deps.sqs, deps.conversionQueueUrl, { session_id: sessionId });
  } catch (error) {
    // The session's alarm clock is set: the sweep will ask again.
    deps.log.error("Conversion not queued", { session_id: sessionId, error });
  }
}
