import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Host, type HostOptions, startHost } from "../../cdk/local/host.ts";
import { type LocalTopology, topologyOfStacks } from "../../cdk/local/topology.ts";
import { findDeployment, openDeployedHost } from "./deployed-host.ts";

/**
 * A host of its own with a data folder of its own; both are gone when the test file is done with it. Where the run is
 * about a deployment, that one.
 */
export async function startTestHost(options: Partial<HostOptions> = {}): Promise<Host> {
  const deployment = findDeployment();
  if (deployment !== undefined) return openDeployedHost(deployment, options);
  const dataDirectory = options.dataDirectory ?? (await makeDataDirectory());
  const host = await startHost({ port: 0, quiet: true, warmHeavy: false, ...options, dataDirectory });
  return {
    ...host,
    async close() {
      await host.close();
      if (options.dataDirectory === undefined) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** An empty data folder; the caller removes it. */
export function makeDataDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), "cubby-test-"));
}

/** The real topology's shape with small fixture functions in the place of the real ones, and short times. */
export function fixtureTopology(overrides: Partial<LocalTopology> = {}): LocalTopology {
  const { functions } = topologyOfStacks;
  const small = { memoryMb: 128, timeoutSeconds: 10 };
  const echo = "test/fixtures/functions/echo.ts";
  const consumer = "test/fixtures/functions/consumer.ts";
  return {
    functions: {
      api: { ...functions.api, ...small, entry: echo },
      explorer: { ...functions.explorer, ...small, entry: echo },
      authorizer: { ...functions.authorizer, ...small, entry: "test/fixtures/functions/authorizer.ts" },
      convert: { ...functions.convert, ...small, entry: consumer },
      query: { ...functions.query, ...small, timeoutSeconds: 2, entry: echo },
      archive: { ...functions.archive, ...small, entry: echo },
      sweep: { ...functions.sweep, ...small, entry: echo },
      purge: { ...functions.purge, ...small, entry: consumer },
    },
    pageRoutes: [],
    openRoutes: ["GET /", "POST /echo", "GET /echo", "HEAD /echo"],
    queue: { visibilityTimeoutSeconds: 1, maxReceiveCount: 2 },
    asynchronousInvoke: { retryAfterSeconds: [0.1, 0.2] },
    authorizerCacheSeconds: 60,
    ...overrides,
  };
}

/** Asks again and again until `probe` answers something, or fails the test after `seconds`. */
export async function eventually<Value>(
  probe: () => Promise<Value | undefined> | Value | undefined,
  seconds = 20,
): Promise<Value> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Still waiting after ${seconds} s: ${probe}`);
    await pause(25);
  }
}

/** The JSON lines of a file that may not be there yet. */
export async function readLines(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** True while a process with this id exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
