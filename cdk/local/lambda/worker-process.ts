import { type ChildProcess, fork } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FunctionTopology } from "../../topology.ts";
import { killGroup } from "../process-group.ts";
import {
  type CancelMessage,
  type InvocationResult,
  type LambdaError,
  toFailure,
  type WorkerMessage,
} from "./protocol.ts";

const workerModule = fileURLToPath(new URL("./worker.ts", import.meta.url));
const repositoryRoot = fileURLToPath(new URL("../../../", import.meta.url));
/** Stripping types and compiling is half of a worker's start, so Node keeps the outcome for the next one. */
const compiledCode = join(repositoryRoot, "node_modules", ".cache", "cubby-code");

/** Everything needed to start a worker for one function. */
export interface WorkerOptions {
  name: string;
  topology: FunctionTopology;
  /** What the function may see; the worker adds its own TMPDIR and HOME. */
  environment: Record<string, string>;
  temporaryDirectory: string;
  /** Where the function's output goes. */
  logFile: string;
}

/** Lambda gives an environment this long to load its code, apart from the function's own time. */
const INIT_MILLISECONDS = 30_000;

/** The host's side of one worker process. */
export class WorkerProcess {
  /** Resolves when the handler is loaded, with the failure if it cannot be. */
  readonly ready: Promise<LambdaError | undefined>;
  /** Resolves when the process is gone, whatever ended it. */
  readonly exited: Promise<void>;
  readonly #options: WorkerOptions;
  readonly #child: ChildProcess;
  readonly #pending = new Map<string, (result: InvocationResult) => void>();
  #alive = true;
  #retired = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    mkdirSync(options.temporaryDirectory, { recursive: true });
    const home = mkdtempSync(join(options.temporaryDirectory, `${options.name}-`));
    mkdirSync(dirname(options.logFile), { recursive: true });
    const log = openSync(options.logFile, "a");
    this.#child = fork(workerModule, [join(repositoryRoot, options.topology.entry)], {
      cwd: repositoryRoot, // as /var/task on Lambda
      detached: true, // its own process group: a Ctrl-C reaches the host alone, and the group dies as one
      env: { ...options.environment, TMPDIR: home, HOME: home, NODE_COMPILE_CACHE: compiledCode },
      execArgv: [`--max-old-space-size=${Math.floor(options.topology.memoryMb * 0.9)}`],
      serialization: "advanced",
      stdio: ["ignore", log, log, "ipc"],
    });
    closeSync(log);
    this.ready = this.#whenReady();
    this.exited = new Promise((resolve) => {
      const onGone = (code: number | null, signal: NodeJS.Signals | null) => {
        this.#alive = false;
        killGroup(this.#child.pid); // what the handler started must not outlive it
        this.#failPending(code, signal);
        rmSync(home, { recursive: true, force: true, maxRetries: 3 });
        resolve();
      };
      this.#child.once("exit", onGone);
      this.#child.once("error", () => onGone(1, null));
    });
    this.#child.on("message", (message) => this.#onMessage(message as WorkerMessage));
  }

  /** Invocations under way. */
  get load(): number {
    return this.#pending.size;
  }

  /** False once the process is gone or must not be given more work. */
  get isUsable(): boolean {
    return this.#alive && !this.#retired;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Runs the handler once; never rejects. At the function's timeout the worker is killed, as Lambda does. `signal` is
   * handed on to the handler, which may heed it or not.
   */
  async invoke(id: string, event: string, signal?: AbortSignal): Promise<InvocationResult> {
    const initError = await this.ready;
    if (initError !== undefined) return toFailure(initError);
    if (!this.#alive) return this.#exitFailure(id, null, null);
    const { timeoutSeconds } = this.#options.topology;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#onTimeout(id), timeoutSeconds * 1000);
      const cancel = () => void (this.#alive && this.#child.send({ cancel: id } satisfies CancelMessage));
      this.#pending.set(id, (result) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancel);
        this.#pending.delete(id);
        resolve(result);
        if (this.#retired && this.load === 0) this.kill();
      });
      this.#child.send({ id, event, deadline: Date.now() + timeoutSeconds * 1000 }, () => {
        // A failed send means that the process is gone: its exit answers the invocation.
      });
      if (signal?.aborted) cancel();
      signal?.addEventListener("abort", cancel, { once: true });
    });
  }

  /** Ends the process and all it started, at once. */
  kill(): void {
    killGroup(this.#child.pid);
  }

  #whenReady(): Promise<LambdaError | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve({ errorType: "Sandbox.Timedout", errorMessage: `Init of ${this.#options.name} timed out` });
        this.kill();
      }, INIT_MILLISECONDS);
      const settle = (error?: LambdaError) => {
        clearTimeout(timer);
        resolve(error);
      };
      this.#child.on("message", (message: WorkerMessage) => {
        if (message.type === "ready") settle();
        if (message.type === "init_failed") settle(message.error);
      });
      this.#child.once("exit", (code) =>
        settle({ errorType: "Runtime.ExitError", errorMessage: `Runtime exited during init with status ${code}` }),
      );
    });
  }

  #onMessage(message: WorkerMessage): void {
    if (message.type === "result") this.#pending.get(message.id)?.({ payload: message.payload });
    if (message.type === "error") this.#pending.get(message.id)?.(toFailure(message.error));
  }

  #onTimeout(id: string): void {
    const seconds = this.#options.topology.timeoutSeconds.toFixed(2);
    // On Lambda every invocation has the environment to itself. Here neighbours may share the process: they finish
    // first, new work goes elsewhere, and the last one out ends it.
    this.#retired = true;
    const errorMessage = `${id} Task timed out after ${seconds} seconds`;
    this.#pending.get(id)?.(toFailure({ errorType: "Sandbox.Timedout", errorMessage }));
  }

  #failPending(code: number | null, signal: NodeJS.Signals | null): void {
    for (const [id, settle] of [...this.#pending]) settle(this.#exitFailure(id, code, signal));
  }

  #exitFailure(id: string, code: number | null, signal: NodeJS.Signals | null): InvocationResult {
    const how = signal === null ? `exit status ${code ?? 1}` : `signal: ${signal}`;
    const errorMessage = `RequestId: ${id} Error: Runtime exited with error: ${how}`;
    return toFailure({ errorType: "Runtime.ExitError", errorMessage });
  }
}
