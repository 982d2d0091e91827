/**
 * A host in a process of its own, so that it can be killed: says by message where it is, and on request the process ids
 * of what it started. It does not sweep by itself; the proof does.
 */
import { startHost } from "../../../cdk/local/host.ts";
import { topologyOfStacks } from "../../../cdk/local/topology.ts";

/** What the process says when it is up, and whenever it is asked: ids change when something was killed. */
export interface HostReport {
  url: string;
  env: Record<string, string>;
  pids: { api: number[]; convert: number[]; dynamodb: number | undefined };
}

const { functions } = topologyOfStacks;
const topology = { ...topologyOfStacks, functions: { ...functions, sweep: { ...functions.sweep, triggers: [] } } };
const dataDirectory = process.argv[2] ?? "";
const host = await startHost({ port: 0, quiet: true, warmHeavy: false, dataDirectory, topology });

function report(): void {
  const { url, env, pids } = host;
  const workers = { api: pids.workers("api"), convert: pids.workers("convert") };
  process.send?.({ url, env, pids: { ...workers, dynamodb: pids.dynamodb() } } satisfies HostReport);
}

process.on("message", report);
process.once("disconnect", () => void host.close().then(() => process.exit(0)));
report();
