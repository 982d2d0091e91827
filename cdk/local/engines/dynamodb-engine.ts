import { type ChildProcess, fork } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { DataFolder } from "../data-folder.ts";
import { findFreePort, LOOPBACK } from "../http.ts";
import { killGroup } from "../process-group.ts";
import { StartError } from "../start-error.ts";

const childModule = fileURLToPath(new URL("./dynamodb-process.ts", import.meta.url));

/** An engine that dies this often within a minute will not get better by being started again. */
const MAX_DEATHS_PER_MINUTE = 5;

const START_MILLISECONDS = 10_000;

/** File that names the engine's process, to find one that outlived everything that should have ended it. */
const PID_FILE = "dynamodb.json";

/** The embedded DynamoDB engine, restarted when it dies. */
export interface DynamodbEngine {
  url: string;
  name: string;
  /** The engine's own process id, for tests that take it away. */
  pid(): number | undefined;
  close(): Promise<void>;
}

/** What the supervisor tells the host. */
export interface EngineReports {
  log(line: string): void;
  /** The engine dies again and again: the host has to stop, with this sentence. */
  onFailure(error: StartError): void;
}

/** Starts the engine on a free port and waits until it answers. It keeps that port for as long as the host lives. */
export async function startDynamodb(folder: DataFolder, { log, onFailure }: EngineReports): Promise<DynamodbEngine> {
  const binary = findDynoxide();
  const name = binary === undefined ? "dynalite" : "dynoxide";
  const data = folder.at("dynamodb", binary === undefined ? "dynalite" : "dynoxide.sqlite");
  mkdirSync(folder.at("dynamodb"), { recursive: true });
  mkdirSync(folder.at("logs"), { recursive: true });
  killLeftOver(folder, data);
  const port = await findFreePort();
  const deaths: number[] = [];
  let child: ChildProcess;
  let enginePid: number | undefined;
  let closing = false;

  function run(): void {
    const output = openSync(folder.at("logs", "dynamodb.log"), "a");
    child = fork(childModule, [binary ?? "", data, String(port)], {
      detached: true,
      execArgv: [],
      env: { PATH: process.env.PATH ?? "" },
      stdio: ["ignore", output, output, "ipc"],
    });
    closeSync(output);
    const started = child;
    enginePid = binary === undefined ? child.pid : undefined;
    child.on("message", (message: { pid: number }) => {
      enginePid = message.pid;
      folder.writeJson(PID_FILE, message);
    });
    child.once("exit", (code, signal) => {
      killGroup(started.pid);
      if (!closing) onDeath(signal ?? `code ${code}`);
    });
  }

  function onDeath(how: string): void {
    deaths.push(Date.now());
    const recent = deaths.filter((at) => at > Date.now() - 60_000).length;
    const logFile = folder.at("logs", "dynamodb.log");
    if (recent >= MAX_DEATHS_PER_MINUTE) {
      const message = `Cannot go on: the DynamoDB engine ${name} ended ${recent} times in a minute; see ${logFile}`;
      onFailure(new StartError(message));
      return;
    }
    log(`The DynamoDB engine ${name} ended unexpectedly (${how}) and is started again; see ${logFile}`);
    run();
  }

  run();
  await whenListening(
    port,
    () => deaths.length >= MAX_DEATHS_PER_MINUTE,
    `${name}; see ${folder.at("logs", "dynamodb.log")}`,
  );
  return {
    url: `http://${LOOPBACK}:${port}`,
    name,
    pid: () => enginePid,
    async close() {
      closing = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = new Promise((resolve) => child.once("exit", resolve));
      const timer = setTimeout(() => killGroup(child.pid), 4000);
      if (child.connected) child.disconnect();
      await exited;
      clearTimeout(timer);
    },
  };
}

function findDynoxide(): string | undefined {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/package.json`);
    const binary = join(manifest, "..", process.platform === "win32" ? "dynoxide.exe" : "dynoxide");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
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

async function whenListening(port: number, isHopeless: () => boolean, name: string): Promise<void> {
  const deadline = Date.now() + START_MILLISECONDS;
  while (!(await accepts(port))) {
    if (isHopeless() || Date.now() > deadline) throw new StartError(`Cannot start the DynamoDB engine ${name}`);
    await pause(20);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
