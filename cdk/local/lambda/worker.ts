/**
 * One execution environment: a process that imports one function's module and runs its handler when the host says
 * so. Started by `worker-process.ts` with the environment that the function may see and nothing else.
 *
 * It leads a process group of its own, so that whatever the handler starts can be ended together with it: by the
 * host, or from here when the host is gone (kill -9 leaves no other sign than a closed IPC channel).
 */
import { rmSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { pathToFileURL } from "node:url";
import type { CancelMessage, InvocationMessage, LambdaError, WorkerMessage } from "./protocol.ts";

type Handler = (event: unknown, context: unknown) => unknown;

function toLambdaError(thrown: unknown): LambdaError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? "").split("\n") };
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}

async function loadHandler(entry: string): Promise<Handler> {
  const module: { handler?: unknown } = await import(pathToFileURL(entry).href);
  if (typeof module.handler !== "function") throw new TypeError(`${entry} does not export a function named handler`);
  return module.handler as Handler;
}

/** Of each invocation under way: what tells its handler that nobody waits any more. */
const running = new Map<string, AbortController>();

async function run(handler: Handler, message: InvocationMessage): Promise<void> {
  const { id, deadline } = message;
  const hungUp = new AbortController();
  running.set(id, hungUp);
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "",
    functionVersion: "$LATEST",
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? "",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    signal: hungUp.signal, // ours alone: on Lambda nobody says so
  };
  try {
    const answer = await handler(JSON.parse(message.event), context);
    send({ type: "result", id, payload: JSON.stringify(answer) ?? "null" });
  } catch (error) {
    console.error(error);
    send({ type: "error", id, error: toLambdaError(error) });
  } finally {
    running.delete(id);
  }
}

function onMessage(message: InvocationMessage | CancelMessage, handler: Handler): void {
  if ("cancel" in message) running.get(message.cancel)?.abort();
  else void run(handler, message);
}

// Both go into a file: a line for which the disk has no room is lost, and nobody dies of it.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.on("disconnect", () => {
  rmSync(process.env.TMPDIR ?? "", { recursive: true, force: true });
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.exit(1); // no process groups on this system
  }
});

// Read by Node when it started; the handler sees only what the function was given.
delete process.env.NODE_COMPILE_CACHE;

try {
  const handler = await loadHandler(process.argv[2] ?? "");
  process.on("message", (message) => onMessage(message as InvocationMessage | CancelMessage, handler));
  send({ type: "ready" });
  flushCompileCache(); // now, as a worker is killed and never comes to write it at its end
} catch (error) {
  console.error(error);
  process.send?.({ type: "init_failed", error: toLambdaError(error) } satisfies WorkerMessage, () => process.exit(1));
}
