import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** One line about the host itself, to its log file and, unless it was told to be quiet, to the terminal. */
export type Log = (line: string) => void;

/** Opens the host's log. */
export function createLog(file: string, quiet: boolean): Log {
  mkdirSync(dirname(file), { recursive: true });
  return (line) => {
    try {
      appendFileSync(file, `${new Date().toISOString()} ${line}\n`);
    } catch (error) {
      // A full disk is nothing to die of, and whoever looks for what happened looks at the terminal next.
      console.error(`Cannot write the log: ${String(error)}`);
      if (quiet) console.error(line);
    }
    if (!quiet) console.error(line);
  };
}
