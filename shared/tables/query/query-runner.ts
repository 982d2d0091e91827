import { AppError } from "../../errors.ts";
import { processDied } from "./duckdb-problem.ts";
import type { QueryJob } from "./frames.ts";
import { createAnswerBuilder, isProblem, type QueryAnswer } from "./query-answer.ts";
import type { QueryProcess } from "./query-process.ts";
import { createSpares, type Spares } from "./spares.ts";
import { createTurns } from "./turns.ts";

/** What children run, and how many at once. */
export interface QueryRunnerOptions {
  /** The entry that a child runs. */
  readonly childPath: string;
  /** Children with a job at the same time; others wait. Lambda never has more than one. */
  readonly maxRunning: number;
  /** Children that wait for a job. */
  readonly spares?: number;
}

/** One is in use while the next one is ready: starting a child takes as long as many a query. */
const SPARES = 2;

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

/** A runner that keeps children ready ahead of their statements. */
export function createQueryRunner({ childPath, maxRunning, spares = SPARES }: QueryRunnerOptions): QueryRunner {
  const turns = createTurns(maxRunning);
  const waiting = createSpares(childPath, spares);
  return {
    warm: waiting.refill,
    sparePid: waiting.nextPid,
    run: async (job, options) => {
      const deadline = createDeadline(options);
      try {
        await turns.enter(deadline.signal);
        try {
          return await runOnce(waiting, { job, deadline });
        } finally {
          turns.leave();
        }
      } finally {
        deadline.clear();
      }
    },
    close: waiting.close,
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
async function runOnce(spares: Spares, work: Work): Promise<QueryAnswer> {
  for (let attempt = 1; ; attempt++) {
    const child = spares.take();
    const outcome = await converse(child, work, spares);
    if (outcome !== "never started") return outcome;
    if (attempt === 3) {
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
  spares: Spares,
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
      // Beside the running statement only when the next one would find nothing: it takes processor time from this one.
      if (builder.started && !wasStarted && !spares.hasReady()) spares.refill();
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
    spares.refill();
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
