import { join } from "node:path";
import type { FunctionName, FunctionTopology } from "../../topology.ts";
import { createLater } from "./later.ts";
import { type Invocation, type InvocationResult, MAX_SYNC_PAYLOAD_BYTES, toFailure } from "./protocol.ts";
import { TooManyRequests, WorkerPool } from "./worker-pool.ts";

/** A function's failure, thrown where the caller wants a value and nothing else. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  readonly errorType: string;

  constructor(functionName: string, payload: string) {
    const { errorType, errorMessage } = JSON.parse(payload) as { errorType: string; errorMessage: string };
    super(`${functionName} failed: ${errorType}: ${errorMessage}`);
    this.errorType = errorType;
  }
}

/** All functions of the topology, ready to be invoked by name. */
export interface LocalFunctions {
  has(name: string): name is FunctionName;
  /** Invokes with JSON text and answers as Lambda does; rejects only with `TooManyRequests`. */
  invokeRaw(name: FunctionName, event: string, invocation?: Invocation): Promise<InvocationResult>;
  /** Invokes and answers the value; throws a `FunctionError` when the function fails. */
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  /** Takes the event and answers at once; a function that fails is run again, as Lambda does. */
  invokeLater(name: FunctionName, event: string): void;
  /** Starts one worker of each named function ahead of its first use. */
  warm(names: readonly FunctionName[]): Promise<void>;
  /** Process ids of all workers, for tests that take them away. */
  pids(name: FunctionName): number[];
  close(): Promise<void>;
}

/** What `createFunctions` needs: the topology, and what each function may see. */
export interface FunctionsOptions {
  topology: Record<FunctionName, FunctionTopology>;
  environmentOf(name: FunctionName): Record<string, string>;
  temporaryDirectory: string;
  logDirectory: string;
  /** Seconds before each further try of an asynchronous invocation. */
  retryAfterSeconds: readonly number[];
  log(line: string): void;
}

/** One pool of workers per function. Nothing is started until it is warmed or invoked. */
export function createFunctions(options: FunctionsOptions): LocalFunctions {
  const { topology, temporaryDirectory, logDirectory, log } = options;
  const names = Object.keys(topology) as FunctionName[];
  const pools = new Map(
    names.map((name) => {
      const logFile = join(logDirectory, `${name}.log`);
      const environment = options.environmentOf(name);
      return [name, new WorkerPool({ name, topology: topology[name], environment, temporaryDirectory, logFile })];
    }),
  );

  let closed = false;

  function poolOf(name: FunctionName): WorkerPool {
    const pool = pools.get(name);
    if (pool === undefined) throw new Error(`Cannot invoke "${name}": no such function`);
    return pool;
  }

  /** AWS counts what it refuses to start; here a line says so. */
  function logRefusal(name: FunctionName, error: unknown): never {
    if (error instanceof TooManyRequests && !closed) log(`${name} was not started: ${error.message}`);
    throw error;
  }

  async function invokeRaw(name: FunctionName, event: string, invocation?: Invocation): Promise<InvocationResult> {
    const result = limitSize(
      await poolOf(name)
        .invoke(event, invocation)
        .catch((error) => logRefusal(name, error)),
    );
    if (result.functionError !== undefined) {
      const { errorType, errorMessage } = JSON.parse(result.payload) as { errorType: string; errorMessage: string };
      log(`${name} failed: ${errorType}: ${errorMessage} (see ${join(logDirectory, `${name}.log`)})`);
    }
    return result;
  }

  const later = createLater({ invoke: invokeRaw, retryAfterSeconds: options.retryAfterSeconds, log });

  return {
    has: (name): name is FunctionName => pools.has(name as FunctionName),
    invokeRaw,
    invokeLater: later.send,
    async invoke(name, event) {
      const result = await invokeRaw(name, JSON.stringify(event) ?? "null");
      if (result.functionError !== undefined) throw new FunctionError(name, result.payload);
      return JSON.parse(result.payload);
    },
    async warm(wanted) {
      const report = async (name: FunctionName) => {
        const error = await poolOf(name).warm();
        if (error !== undefined && !closed) log(`${name} cannot be loaded: ${error.errorMessage}`);
      };
      await Promise.all(wanted.map(report));
    },
    pids: (name) => poolOf(name).pids,
    async close() {
      closed = true;
      later.close();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

function limitSize(result: InvocationResult): InvocationResult {
  if (Buffer.byteLength(result.payload) <= MAX_SYNC_PAYLOAD_BYTES) return result;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_SYNC_PAYLOAD_BYTES} bytes).`;
  return toFailure({ errorType: "Function.ResponseSizeTooLarge", errorMessage });
}
