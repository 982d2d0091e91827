/** What the host and a worker process say to each other over IPC. Events and answers travel as JSON text, as on AWS. */

/** Host → worker: run the handler once. */
export interface InvocationMessage {
  id: string;
  event: string;
  /** Milliseconds since 1970 at which the worker will be killed. */
  deadline: number;
}

/** Host → worker: nobody waits for this invocation any more. Lambda has no such word; its functions run on. */
export interface CancelMessage {
  cancel: string;
}

/** What goes with one invocation beside its event. */
export interface Invocation {
  requestId?: string;
  /** Fires when nobody waits for the answer any more. */
  signal?: AbortSignal;
}

/** How Lambda words a function's failure. */
export interface LambdaError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** Worker → host. */
export type WorkerMessage =
  | { type: "ready" }
  | { type: "init_failed"; error: LambdaError }
  | { type: "result"; id: string; payload: string }
  | { type: "error"; id: string; error: LambdaError };

/** The outcome of one invocation: `payload` is JSON text, of the answer or of the `LambdaError`. */
export interface InvocationResult {
  payload: string;
  functionError?: "Unhandled";
}

/** A failed invocation as the Invoke API answers it. */
export function toFailure(error: LambdaError): InvocationResult {
  return { payload: JSON.stringify(error), functionError: "Unhandled" };
}

/** Lambda's limit for the payload of a synchronous invocation and for its answer: 6 MiB and a little. */
export const MAX_SYNC_PAYLOAD_BYTES = 6_291_556;

/** Lambda's limit for the payload of an asynchronous invocation. */
export const MAX_ASYNC_PAYLOAD_BYTES = 1_048_576;
