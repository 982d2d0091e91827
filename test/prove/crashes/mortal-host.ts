import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { HostMessage } from "./host-process.ts";
import type { TrapOrder } from "./orders.ts";

const module = fileURLToPath(new URL("host-process.ts", import.meta.url));

/** A trap that is not needed any more waits for more requests than anybody makes. */
const NEVER = 1e12;

/** A host on a data folder that outlives it. */
export interface MortalHost {
  /** Where it is now; another address after each start. */
  url: string;
  env: Record<string, string>;
  /**
   * Kills with SIGKILL at a request to come. Answers that request, as far as it is known: a host takes it into its
   * grave. Undefined where so many requests did not come in time. Only a host needs `revive` after.
   */
  killAt(order: TrapOrder, patienceMs: number): Promise<string | undefined>;
  /** Starts a host on what the dead one left. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it; `settings` are those of its stage. */
export async function startMortalHost(dataDirectory: string, settings: Record<string, string>): Promise<MortalHost> {
  let child: ChildProcess;

  async function start(): Promise<{ url: string; env: Record<string, string> }> {
    // Without the addresses of the engines that this process looks into.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
    child = fork(module, [dataDirectory], {
      env: { ...Object.fromEntries(inherited), ...settings },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`The host ended with ${code}`);
    });
    ended.catch(() => {}); // also when it is killed later
    const [said] = (await Promise.race([once(child, "message"), ended])) as [HostMessage];
    if ("sprungBy" in said) throw new Error("The host sprang a trap before it was up");
    return said;
  }

  const host: MortalHost = {
    ...(await start()),
    async killAt(order, patienceMs) {
      const patience = new AbortController();
      const { signal } = patience;
      const sprung = once(child, "message", { signal }).then(([said]) => (said as { sprungBy: string }).sprungBy);
      const died = once(child, "exit", { signal }).then(() => "unknown");
      const late = pause(patienceMs, undefined, { signal });
      child.send(order);
      try {
        // Of a host both come, and it is dead only with the second.
        return await Promise.race(order.victim === "host" ? [died, late] : [sprung, died, late]);
      } finally {
        if (child.connected) child.send({ ...order, afterRequests: NEVER } satisfies TrapOrder);
        for (const one of [sprung, died, late]) one.catch(() => {});
        patience.abort();
      }
    },
    async revive() {
      Object.assign(host, await start());
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return; // it died by itself
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
  return host;
}
