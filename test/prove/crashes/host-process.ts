/**
 * A host in a process of its own, so that it can be killed: says by message where it is, and springs the trap that it is
 * sent, once. It does not sweep by itself; the proof does.
 */
import { startHost } from "../../../cdk/local/host.ts";
import { topologyOfStacks } from "../../../cdk/local/topology.ts";
import type { TrapOrder, Victim } from "./orders.ts";
import { startFatalProxy, type Trapdoor } from "./fatal-proxy.ts";

/** What the process says: where it is, when it is up; and what it was that somebody died of. */
export type HostMessage = { url: string; env: Record<string, string> } | { sprungBy: string };

const { functions } = topologyOfStacks;
const topology = { ...topologyOfStacks, functions: { ...functions, sweep: { ...functions.sweep, triggers: [] } } };
const dataDirectory = process.argv[2] ?? "";
const door: Trapdoor = { trap: undefined };
const host = await startHost({
  ...{ port: 0, quiet: true, warmHeavy: false, dataDirectory, topology },
  reachEnginesBy: async ({ s3, dynamodb }) => ({
    s3: await startFatalProxy(s3, door),
    dynamodb: await startFatalProxy(dynamodb, door),
  }),
});

function pidsOf(victim: Victim): number[] {
  if (victim === "host") return [process.pid];
  if (victim === "dynamodb") return [host.pids.dynamodb() ?? []].flat();
  return host.pids.workers(victim);
}

function kill(victim: Victim): boolean {
  const pids = pidsOf(victim);
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it ended by itself since it was named
    }
  }
  return pids.length > 0;
}

function say(message: HostMessage): void {
  process.send?.(message);
}

process.on("message", ({ victim, afterRequests: left, when }: TrapOrder) => {
  const spring = (request: string) => {
    if (!kill(victim)) return false;
    say({ sprungBy: request });
    return true;
  };
  door.trap = { left, when, spring };
});
process.once("disconnect", () => void host.close().then(() => process.exit(0)));
say({ url: host.url, env: host.env });
