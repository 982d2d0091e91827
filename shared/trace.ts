/**
 * What one call is about, carried along while it is worked on: every log line has its ids without being given them, and
 * what one function asks of another carries the request's id on. Node's AsyncLocalStorage keeps calls apart that run at
 * the same time, as they do on one machine.
 */
import { AsyncLocalStorage } from "node:async_hooks";

export interface Trace {
  /** The HTTP request that everything began with, also in the functions that it led to. */
  request_id?: string;
  session_id?: string;
  /** The contract's path, `/v1/sessions/{session_id}`; never the caller's, which holds names of files. */
  route?: string;
  /** Who calls, as `kind:id`; told of refusals only. */
  caller?: string;
  /** Requests that went to each engine, retries included. */
  engine_requests: Record<string, number>;
}

const traces = new AsyncLocalStorage<Trace>();

/** Runs `work`; what happens in it knows these ids. */
export function withTrace<Result>(
  ids: { requestId?: string | undefined; sessionId?: string | undefined },
  work: (trace: Trace) => Result,
): Result {
  const trace: Trace = {
    ...(ids.requestId === undefined ? {} : { request_id: ids.requestId }),
    ...(ids.sessionId === undefined ? {} : { session_id: ids.sessionId }),
    engine_requests: {},
  };
  return traces.run(trace, () => work(trace));
}

/** What is found out on the way; nothing where nobody keeps it. */
export function noteTrace(found: Pick<Trace, "session_id" | "route" | "caller">): void {
  const trace = traces.getStore();
  if (trace !== undefined) Object.assign(trace, found);
}

/** One request more to an engine. */
export function countEngineRequest(engine: string): void {
  const counts = traces.getStore()?.engine_requests;
  if (counts !== undefined) counts[engine] = (counts[engine] ?? 0) + 1;
}

/** The ids of the call that is worked on. */
export function tracedIds(): Pick<Trace, "request_id" | "session_id"> {
  const { request_id, session_id } = traces.getStore() ?? {};
  return { ...(request_id === undefined ? {} : { request_id }), ...(session_id === undefined ? {} : { session_id }) };
}

/** What is known of the request beside its ids. */
export function tracedCall(): Pick<Trace, "route" | "caller"> {
  const { route, caller } = traces.getStore() ?? {};
  return { ...(route === undefined ? {} : { route }), ...(caller === undefined ? {} : { caller }) };
}
