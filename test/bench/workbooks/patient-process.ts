import type { ChildProcess } from "node:child_process";

/** A request that was not answered in time; the process that got it has been killed. */
export class OutOfTime extends Error {}

/** A process that answers one request at a time, and is replaced when it dies or takes too long. */
export class PatientProcess<Request, Answer> {
  readonly #start: () => ChildProcess;
  readonly #ask: (process: ChildProcess, request: Request) => Promise<Answer>;
  #process: ChildProcess | undefined;

  constructor(start: () => ChildProcess, ask: (process: ChildProcess, request: Request) => Promise<Answer>) {
    this.#start = start;
    this.#ask = ask;
  }

  /** Throws `OutOfTime`, or an error when the process ends without an answer. */
  async ask(request: Request, timeoutSeconds: number): Promise<Answer> {
    this.#process ??= this.#start();
    const child = this.#process;
    let timer: NodeJS.Timeout | undefined;
    const isOver = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new OutOfTime(`not answered within ${timeoutSeconds} s`)),
        timeoutSeconds * 1_000,
      );
      child.once("exit", (code, signal) => reject(new Error(`the process ended (${signal ?? code})`)));
    });
    try {
      return await Promise.race([this.#ask(child, request), isOver]);
    } catch (error) {
      this.end();
      throw error;
    } finally {
      clearTimeout(timer);
      child.removeAllListeners("exit");
    }
  }

  end(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }
}
