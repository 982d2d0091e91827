import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { DataFolder } from "../data-folder.ts";
import { findFreePort, LOOPBACK } from "../http.ts";
import { StartError } from "../start-error.ts";
import { type EngineChild, spawnEngine } from "./dynamodb-child.ts";

/** An engine that dies this often within a minute will not get better by being started again. */
const MAX_DEATHS_PER_MINUTE = 5;

/** Ports to try: one that was free a moment ago may be someone's by the time the engine asks for it. */
const MAX_PORTS = 5;

/** File that names the engine's process, to find one that outlived everything that should have ended it. */
const PID_FILE = "dynamodb.json";

/** The embedded DynamoDB engine, restarted when it dies. */
export interface DynamodbEngine {
  url: string;
  name: string;
  /** The engine's own process id while it listens, for tests that take it away. */
  pid(): number | undefined;
  close(): Promise<void>;
}

/** What the supervisor tells the host. */
export interface EngineReports {
  log(line: string): void;
  /** The engine dies again and again: the host has to stop, with this sentence. */
  onFailure(error: StartError): void;
}

/**
 * Starts the engine and waits until it answers. It keeps its port for as long as the host lives, restarts included.
 * Without a `binary` it is dynalite, which keeps its data in a place of its own.
 */
export async function startDynamodb(
  folder: DataFolder,
  { log, onFailure }: EngineReports,
  binary = findDynoxide(),
): Promise<DynamodbEngine> {
  const name = binary === "" ? "dynalite" : "dynoxide";
  const data = folder.at("dynamodb", binary === "" ? "dynalite" : "dynoxide.sqlite");
  const logFile = folder.at("logs", "dynamodb.log");
  mkdirSync(folder.at("dynamodb"), { recursive: true });
  mkdirSync(folder.at("logs"), { recursive: true });
  killLeftOver(folder, data);
  const first = await findPort((port) => spawnEngine({ binary, data, port, logFile }));
  if (first === undefined) throw new StartError(`Cannot start the DynamoDB engine ${name}; see ${logFile}`);
  const { port } = first;
  const deaths: number[] = [];
  let child = first.child;
  let pid: number | undefined;
  let closing = false;

  function watch(): void {
    void child.listening.then((listening) => {
      pid = listening;
      if (pid !== undefined) folder.writeJson(PID_FILE, { pid });
    });
    void child.exited.then((how) => {
      pid = undefined;
      if (!closing) restart(how);
    });
  }

  function restart(how: string): void {
    deaths.push(Date.now());
    const recent = deaths.filter((at) => at > Date.now() - 60_000).length;
    if (recent >= MAX_DEATHS_PER_MINUTE) {
      const message = `Cannot go on: the DynamoDB engine ${name} ended ${recent} times in a minute; see ${logFile}`;
      onFailure(new StartError(message));
      return;
    }
    log(`The DynamoDB engine ${name} ended unexpectedly (${how}) and is started again; see ${logFile}`);
    child = spawnEngine({ binary, data, port, logFile });
    watch();
  }

  watch();
  return {
    url: `http://${LOOPBACK}:${port}`,
    name,
    pid: () => pid,
    async close() {
      closing = true;
      await child.stop();
    },
  };
}

async function findPort(spawn: (port: number) => EngineChild) {
  for (let attempt = 0; attempt < MAX_PORTS; attempt += 1) {
    const port = await findFreePort();
    const child = spawn(port);
    if ((await child.listening) !== undefined) return { port, child };
  }
  return undefined;
}

/** Path of the native engine; empty where there is none for this system. */
function findDynoxide(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/package.json`);
    const binary = join(manifest, "..", process.platform === "win32" ? "dynoxide.exe" : "dynoxide");
    return existsSync(binary) ? binary : "";
  } catch {
    return "";
  }
}

/** Ends an engine of this folder that lost both host and guardian (someone killed every Node process, say). */
function killLeftOver(folder: DataFolder, data: string): void {
  const pid = folder.readJson<{ pid: number }>(PID_FILE)?.pid;
  if (pid === undefined) return;
  try {
    // The id may mean another process by now: the command line has to name our own file. Linux only; elsewhere
    // SQLite's locks keep two engines from harming the data.
    if (readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(data)) process.kill(pid, "SIGKILL");
  } catch {
    // gone
  }
}
