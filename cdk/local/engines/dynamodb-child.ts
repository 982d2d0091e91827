import { fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { killGroup } from "../process-group.ts";

const childModule = fileURLToPath(new URL("./dynamodb-process.ts", import.meta.url));

const START_MILLISECONDS = 10_000;
const STOP_MILLISECONDS = 4_000;

/** What the child process says when its engine answers requests. */
export interface EngineMessage {
  listening: true;
  /** The engine's own process. */
  pid: number;
}

/** What to run: without a binary, dynalite. */
export interface EngineChildOptions {
  binary: string;
  /** File or folder of the data. */
  data: string;
  port: number;
  logFile: string;
}

/** One run of the engine. */
export interface EngineChild {
  /** The engine's process id once it listens; undefined when it ended before. */
  listening: Promise<number | undefined>;
  /** Resolves with the way it ended when it is gone. */
  exited: Promise<string>;
  /** Asks it to end, insists after a while, and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts the engine under its guardian process; both lead a process group of their own and end together. */
export function spawnEngine({ binary, data, port, logFile }: EngineChildOptions): EngineChild {
  const output = openSync(logFile, "a");
  const child = fork(childModule, [binary, data, String(port)], {
    detached: true,
    execArgv: [],
    env: { PATH: process.env.PATH ?? "" },
    stdio: ["ignore", output, output, "ipc"],
  });
  closeSync(output);
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      killGroup(child.pid); // the guardian may have been killed alone
      resolve(signal ?? `code ${code}`);
    });
    child.once("error", (error) => resolve(error.message));
  });
  const said = new Promise<number>((resolve) => {
    child.once("message", (message: EngineMessage) => resolve(message.pid));
  });
  const tooLate = setTimeout(() => killGroup(child.pid), START_MILLISECONDS);
  const listening = Promise.race([said, exited.then(() => undefined)]).finally(() => clearTimeout(tooLate));

  return {
    listening,
    exited,
    async stop() {
      const insist = setTimeout(() => killGroup(child.pid), STOP_MILLISECONDS);
      if (child.connected) child.disconnect();
      await exited;
      clearTimeout(insist);
    },
  };
}
