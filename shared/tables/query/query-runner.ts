import { AppError } from "../../errors.ts";
import { processDied } from "./duckdb-problem.ts";
import type { QueryJob } from "./frames.ts";
import { createAnswerBuilder, isProblem, type QueryAnswer } from "./query-answer.ts";
import { type QueryProcess, startQueryProcess } from "./query-process.ts";
import { createTurns } from "./turns.ts";

/** What children run, and how many at once. */
export interface QueryRunnerOptions {
  /** The entry that a child runs. */
  readonly childPath: string;
  /** Children with a job at the same time; others wait. Lambda never has more than one. */
  readonly maxRunning: number;
}

/** When to stop one statement. */
export interface RunOptions {
  readonly timeoutMs: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** Runs statements, each in a process of its own. */
export interface QueryRunner {
  /** Throws an `AppError` for everything that a caller can act on; the next statement finds a healthy runner. */
  run(job: QueryJob, options: RunOptions): Promise<QueryAnswer>;
  /** Starts the spare ahead of the first statement. */
  warm(): void;
  /** The process that waits for the next statement. */
  sparePid(): number | undefined;
  close(): void;
}

/** A runner that always keeps one child ready: starting one takes as long as many a query. */
export function createQueryRunner({ childPath, maxRunning }: QueryRunnerOptions): QueryRunner {
  const turns = createTurns(maxRunning);
  let spare: QueryProcess | undefined;
  let closed = false;

  const warm = () => {
    if (!closed && !spare?.isAlive()) spare = startQueryProcess(childPath);
  };
  const take = () => {
    warm();
    const child = spare ?? startQueryProcess(childPath);
    spare = undefined;
    return child;
  };
  return {
    warm,
    sparePid: () => spare?.pid,
    run: async (job, options) => {
      const deadline = createDeadline(options);
      try {
        await turns.enter(deadline.signal);
        try {
          return await runOnce(take, warm, { job, deadline });
        } finally {
          turns.leave();
        }
      } finally {
        deadline.clear();
      }
    },
    close: () => {
      closed = true;
      spare?.kill();
    },
  };
}

interface Deadline {
  readonly signal: AbortSignal;
  clear(): void;
}

/** One signal for both reasons to stop; its `reason` is what the caller gets. */
function createDeadline({ timeoutMs, signal }: RunOptions): Deadline {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(timeout(timeoutMs)), timeoutMs);
  const cancel = () => stop.abort(signal?.reason);
  if (signal?.aborted) cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  return {
    signal: stop.signal,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
    },
  };
}

/** A spare can have died while it waited (Lambda froze it, someone killed it): then another child gets the job. */
async function runOnce(take: () => QueryProcess, warm: () => void, work: Work): Promise<QueryAnswer> {
  for (let attempt = 1; ; attempt++) {
    const child = take();
    const outcome = await converse(child, work, warm);
    if (outcome !== "never started") return outcome;
    if (attempt === 2) {
      throw new AppError("unavailable", "Cannot start a process for the query", {
        cause: new Error(child.lastWords()),
      });
    }
  }
}

interface Work {
  readonly job: QueryJob;
  readonly deadline: Deadline;
}

async function converse(
  child: QueryProcess,
  { job, deadline }: Work,
  warm: () => void,
): Promise<QueryAnswer | "never started"> {
  const kill = () => child.kill();
  deadline.signal.addEventListener("abort", kill, { once: true });
  const builder = createAnswerBuilder(job);
  try {
    deadline.signal.throwIfAborted();
    child.send(job);
    for await (const line of child.lines()) {
      const wasStarted = builder.started;
      const answer = builder.add(line);
      // The next spare starts beside the running statement, so that on Lambda it is ready before the freeze.
      if (builder.started && !wasStarted) warm();
      if (answer === undefined) continue;
      if (!isProblem(answer)) return answer;
      const { code, detail, ...details } = answer;
      throw new AppError(code, detail, { details });
    }
    deadline.signal.throwIfAborted();
    if (!builder.started) return "never started";
    throw crashed(child);
  } finally {
    deadline.signal.removeEventListener("abort", kill);
    child.kill();
  }
}

function crashed(child: QueryProcess): AppError {
  return new AppError("query_crashed", processDied, { cause: new Error(child.lastWords()) });
}

function timeout(timeoutMs: number): AppError {
  const seconds = Math.round(timeoutMs / 100) / 10;
  return new AppError(
    "query_timeout",
    `Cannot finish the query within ${seconds} s; filter earlier, join on fewer rows, or work on a sample (USING SAMPLE)`,
    { details: { timeout_seconds: seconds } },
  );
}
