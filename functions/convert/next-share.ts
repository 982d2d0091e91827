/**
 * Which of the files that wait one round reads. All of them, as long as all goes well. But a file may end the very
 * process that reads it, by its memory, its time or a crash in native code, and then nobody is left to say which it was:
 * every next process would do the same again, with everybody else's files.
 *
 * So after a death a session's files are taken in small shares, which grow as long as nothing happens: what was read
 * is out of danger, and the one that kills is soon alone. A file that is alone is counted before it is read; so is known
 * of whom nobody came back. It is not read again before all others are done, and then by a process that did nothing
 * else before, with all of a function's time and memory. When that too ended so often, it is given up.
 */
import type { FileRecord } from "../../shared/files/file-record.ts";

/** Processes that may end with the same file alone in their hands: one may be a deployment, and two bad luck. */
export const MAX_TRIALS = 3;
/** So few are taken one by one from the beginning. */
const FEW = 16;

export interface Share {
  /** To be read in this round. */
  files: FileRecord[];
  /** Never to be read again, unless somebody asks for it. */
  givenUp: FileRecord[];
  /** A single file, that is to be counted before it is read. */
  isTrial: boolean;
}

/** What this session's conversion has been through. */
export interface Past {
  /** Processes that died, since all was converted the last time. */
  deaths: number;
  /** Rounds that this process has read files in. */
  rounds: number;
}

/** The next share of those that wait, one at least; undefined where the rest has to be left to another process. */
export function nextShare(waiting: readonly FileRecord[], { deaths, rounds }: Past): Share | undefined {
  if (deaths === 0) return { files: [...waiting], givenUp: [], isTrial: false };
  const givenUp = waiting.filter((record) => trialsOf(record) >= MAX_TRIALS);
  if (givenUp.length > 0) return { files: [], givenUp, isTrial: false };
  const innocent = waiting.filter((record) => trialsOf(record) === 0);
  if (innocent.length > 0) return shareOf(innocent.slice(0, shareSize(innocent.length, { deaths, rounds })));
  if (rounds > 0) return undefined;
  return shareOf([...waiting].sort((a, b) => trialsOf(a) - trialsOf(b)).slice(0, 1));
}

function shareOf(files: FileRecord[]): Share {
  return { files, givenUp: [], isTrial: files.length === 1 };
}

/** A quarter after the first death, a quarter of that after the next; twice as many after each round that went well. */
function shareSize(files: number, { deaths, rounds }: Past): number {
  if (files <= FEW) return 1;
  return Math.max(1, Math.floor(files / 4 ** deaths)) * 2 ** rounds;
}

/** A removed file is not read, only its tables are taken away. */
function trialsOf({ status, conversion_trials }: FileRecord): number {
  return status === "removed" ? 0 : (conversion_trials ?? 0);
}
