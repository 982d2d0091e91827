import { rm } from "node:fs/promises";
import { AppError } from "../../errors.ts";
import { processDied } from "./duckdb-problem.ts";
import type { QueryJob } from "./frames.ts";
import type { ContentBuilder } from "./content/content.ts";
import { createAnswerReader, isProblem, type QueryAnswer } from "./query-answer.ts";
import { type QueryProcess, startQueryProcess } from "./query-process.ts";
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

/** Starting a child takes processor time, so a statement is left alone with its own for as long as most take. */
const SHORT_MS = 100;

/** When to stop one statement, and where its result goes. */
export interface RunOptions {
  readonly timeoutMs: number;
  /** Makes room for a result; called for each try. */
  readonly content: () => ContentBuilder;
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
          return await runInOrder({ spares: waiting, childPath, deadline, content: options.content }, job);
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

interface Work {
  readonly spares: Spares;
  readonly childPath: string;
  readonly deadline: Deadline;
  readonly content: () => ContentBuilder;
}

/**
 * A page that leaves rows behind has to end where the next one begins. With several threads groups, joins and ties come
 * in another order each time; so such a page is answered once more by one thread, and pages behind a first one are.
 */
async function runInOrder(work: Work, job: QueryJob): Promise<QueryAnswer> {
  const answer = await runOnce(work, job);
  if (!answer.end.more || answer.end.stable || job.threads === 1) return answer;
  if (answer.content.kind === "file") await rm(answer.content.path, { force: true });
  return runOnce(work, { ...job, threads: 1 });
}

/** A spare can have died while it waited (Lambda froze it, someone killed it): then another child gets the job. */
async function runOnce(work: Work, job: QueryJob): Promise<QueryAnswer> {
  for (let attempt = 1; ; attempt++) {
    const child = job.outputPath === undefined ? work.spares.take() : startWriter(work, job);
    const content = work.content();
    const outcome = await converse(child, content, { ...work, job }).catch(async (error: unknown) => {
      await content.discard();
      throw error;
    });
    if (outcome !== undefined) return outcome;
    await content.discard();
    if (attempt === 3) {
      throw new AppError("unavailable", "Cannot start a process for the query", {
        cause: new Error(child.lastWords()),
      });
    }
  }
}

/** Spares cannot write files, and whoever exports one can wait for a child of his own. */
function startWriter({ childPath }: Work, { maxBytes }: QueryJob): QueryProcess {
  return startQueryProcess(childPath, { fileBytes: maxBytes });
}

/** Undefined when the child never took the job. */
async function converse(
  child: QueryProcess,
  content: ContentBuilder,
  { job, deadline, spares }: Work & { job: QueryJob },
): Promise<QueryAnswer | undefined> {
  const kill = () => child.kill();
  deadline.signal.addEventListener("abort", kill, { once: true });
  const reader = createAnswerReader(content);
  let refill: NodeJS.Timeout | undefined;
  try {
    deadline.signal.throwIfAborted();
    child.send(job);
    for await (const line of child.lines()) {
      const taken = reader.take(line);
      if (reader.started) refill ??= setTimeout(spares.refill, SHORT_MS).unref();
      const answer = taken === undefined ? undefined : await taken;
      if (answer === undefined) continue;
      if (!isProblem(answer)) return answer;
      const { code, detail, ...details } = answer;
      throw new AppError(code, detail, { details });
    }
    deadline.signal.throwIfAborted();
    if (!reader.started) return undefined;
    throw crashed(child);
  } finally {
    deadline.signal.removeEventListener("abort", kill);
    clearTimeout(refill);
    child.kill();
    setImmediate(spares.refill); // starting one takes milliseconds: the answer goes first
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
