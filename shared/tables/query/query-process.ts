import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { type ControlFrame, frameDescriptor, type QueryJob } from "./frames.ts";
import { queryLimits } from "./limits.ts";
import { resultTooLarge } from "./stream-limits.ts";

/** One child process: started, ready, given one job, killed. */
export interface QueryProcess {
  /** Undefined when it could not be started at all. */
  readonly pid: number | undefined;
  /** False from the moment it ended or was killed. */
  isAlive(): boolean;
  /** True once DuckDB is loaded and a job can begin at once. */
  isReady(): boolean;
  /** Resolves when it is ready, with false when it ended before that. */
  readonly ready: Promise<boolean>;
  /** Frames behind "ready", as they come. Ends when the child ends, however it ends. To be read once. */
  lines(): AsyncIterable<string>;
  send(job: QueryJob): void;
  /** SIGKILL: nothing that runs inside can delay it. */
  kill(): void;
  /** The end of what it wrote to stderr, for our log alone. */
  lastWords(): string;
}

/** What a child may do beyond computing. */
export interface ProcessLimits {
  /** Wall, kept by the kernel: no file it writes can be larger. 0, for all but exports, is no file at all. */
  readonly fileBytes: number;
}

/** The two about WebAssembly are for running from sources: Node's type stripper would reserve gigabytes of addresses. */
const nodeFlags = [
  `--max-old-space-size=${queryLimits.heapMb}`,
  "--v8-pool-size=1",
  "--disable-wasm-trap-handler",
  "--wasm-max-mem-pages=2048",
];

/** POSIX counts `ulimit -f` in these; /bin/sh is POSIX on Debian (dash) and on Lambda (bash under the name of sh). */
const BLOCK_BYTES = 512;

/**
 * Limits that the kernel keeps: address space, no core dumps, files (a pipe is none), then the child with nothing
 * in its environment. A shell adds names such as PWD by itself, hence `env -i` where there is one. What a system does
 * not know (macOS has no `ulimit -v`) is left out: there, only DuckDB's own memory limit holds.
 */
function underLimits({ fileBytes }: ProcessLimits): string {
  const blocks = Math.ceil(fileBytes / BLOCK_BYTES);
  return (
    `ulimit -v ${queryLimits.addressSpaceKib} 2>/dev/null; ulimit -c 0 2>/dev/null; ulimit -f ${blocks} 2>/dev/null; ` +
    `if command -v env >/dev/null 2>&1; then exec env -i "$0" "$@"; fi; unset PWD OLDPWD SHLVL; exec "$0" "$@"`
  );
}

/** Starts a child on the entry `childPath`. It keeps nobody's event loop alive until it has a job. */
export function startQueryProcess(childPath: string, limits: ProcessLimits = { fileBytes: 0 }): QueryProcess {
  const [command, args] = commandLine(childPath, limits);
  const child = spawn(command, args, { cwd: "/", env: {}, stdio: ["pipe", "ignore", "pipe", "pipe"] });
  const stdin = child.stdin as Writable;
  const frames = child.stdio[frameDescriptor] as Readable;
  let alive = true;
  let isReady = false;
  let words = "";
  const ended = () => {
    alive = false;
  };
  child.on("exit", ended).on("error", ended);
  stdin.on("error", ended); // EPIPE: it died before the job arrived, and its lines end without an answer
  frames.on("error", ended);
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-4096);
  });
  setReferenced(child, false);
  const lines = splitLines(frames);
  // Its first line is "ready", whatever it says.
  const ready = lines.next().then(({ done }) => {
    isReady = done !== true;
    return isReady;
  });
  return {
    pid: child.pid,
    isAlive: () => alive,
    isReady: () => alive && isReady,
    ready,
    lines: async function* () {
      if (await ready) yield* lines;
    },
    send: (job) => {
      setReferenced(child, true);
      stdin.write(`${JSON.stringify(job)}\n`);
    },
    kill: () => {
      alive = false;
      child.kill("SIGKILL");
      frames.destroy();
      setReferenced(child, false);
    },
    lastWords: () => words,
  };
}

function commandLine(childPath: string, limits: ProcessLimits): [string, string[]] {
  const node = [process.execPath, ...nodeFlags, childPath];
  if (process.platform === "win32") return [process.execPath, node.slice(1)];
  return ["/bin/sh", ["-c", underLimits(limits), ...node]];
}

interface Referenced {
  ref?(): void;
  unref?(): void;
}

/** A waiting spare must not keep a worker or a test from ending; its pipes count as much as the process. */
function setReferenced(child: ChildProcess, referenced: boolean): void {
  // The pipes are sockets, which Node's types do not say.
  const handles = [child, ...child.stdio] as (Referenced | null | undefined)[];
  for (const handle of handles) {
    if (referenced) handle?.ref?.();
    else handle?.unref?.();
  }
}

/** A line without an end ends here with a problem, whoever sends it: the parent must not drown in it. */
async function* splitLines(frames: Readable): AsyncGenerator<string, void> {
  let pieces: string[] = [];
  let held = 0;
  frames.setEncoding("utf8");
  try {
    for await (const chunk of frames as AsyncIterable<string>) {
      const parts = chunk.split("\n");
      for (const part of parts.slice(0, -1)) {
        yield pieces.length > 0 ? pieces.join("") + part : part;
        pieces = [];
        held = 0;
      }
      const rest = parts.at(-1) ?? "";
      if (rest !== "") pieces.push(rest);
      held += rest.length;
      if (held > queryLimits.lineBytes) return yield endlessLine();
    }
  } catch {
    // Destroyed by kill(): the reader already knows why.
  }
}

function endlessLine(): string {
  const { code, message: detail, details } = resultTooLarge(queryLimits.lineBytes);
  return JSON.stringify({ problem: { ...details, code, detail } } satisfies ControlFrame);
}
