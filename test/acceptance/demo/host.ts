import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface RunningHost {
  url: string;
  /** Ends the host if the demo started it; one that was there before is left running. */
  stop(): Promise<void>;
}

const READY = /^Cubby is ready at (\S+)/;

/** The host at this port, started when none runs. */
export async function findOrStartHost(port: number): Promise<RunningHost> {
  const url = `http://127.0.0.1:${port}`;
  if (await isCubby(url)) return { url, stop: async () => {} };
  return startHost();
}

async function isCubby(url: string): Promise<boolean> {
  try {
    const health = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) });
    return ((await health.json()) as { status?: string }).status === "ok";
  } catch {
    return false;
  }
}

async function startHost(): Promise<RunningHost> {
  const main = fileURLToPath(new URL("../../../cdk/local/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  // The lines go on being read after the first match: a full pipe would stop the host.
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const url = READY.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once("exit", (code) => reject(new Error(`The host ended with ${code} before it was ready`)));
  });
  const stop = async () => {
    child.kill("SIGINT");
    await exited;
  };
  return { url: await ready, stop };
}
