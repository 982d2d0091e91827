import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { HostReport } from "./host-process.ts";

const module = fileURLToPath(new URL("host-process.ts", import.meta.url));

/** What can be taken away without warning. */
export const victims = ["host", "api", "convert", "dynamodb"] as const;
export type Victim = (typeof victims)[number];

/** A host on a data folder that outlives it. */
export interface MortalHost {
  /** Where it is now; another address after each start. */
  report: HostReport;
  /** Kills with SIGKILL; answers false when there is no such process just now. Only a host needs `revive` after. */
  kill(victim: Victim): Promise<boolean>;
  /** Starts a host on what the dead one left. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it; `settings` are those of its stage. */
export async function startMortalHost(dataDirectory: string, settings: Record<string, string>): Promise<MortalHost> {
  let child: ChildProcess;

  async function start(): Promise<HostReport> {
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
    const [said] = await Promise.race([once(child, "message"), ended]);
    return said as HostReport;
  }

  const host: MortalHost = {
    report: await start(),
    async kill(victim) {
      if (victim === "host") {
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
        return true;
      }
      child.send("report");
      const [said] = (await once(child, "message")) as [HostReport];
      const pids = [said.pids[victim]].flat().filter((pid) => pid !== undefined);
      for (const pid of pids) killIfThere(pid);
      return pids.length > 0;
    },
    async revive() {
      host.report = await start();
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

/** It may have ended by itself since it was named. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone
  }
}
