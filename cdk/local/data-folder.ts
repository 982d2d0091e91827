/**
 * The folder in which everything of one local host lives:
 *
 *   host.lock      held while a host runs; host.json says which one, and where to reach it
 *   secrets.json   keys of the local engines and of the token issuer, readable by the owner only
 *   retention.json the rules of retention that differ from the settings; made to be edited while the host runs
 *   host.sqlite    the queue and the stream records that were not delivered yet
 *   s3/ dynamodb/  what the engines keep
 *   logs/ tmp/     output and scratch space of the functions; tmp is emptied at start
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StartError, systemErrorCode } from "./start-error.ts";

/** What `host.json` tells others on this machine about the running host. */
export interface HostRecord {
  pid: number;
  url: string;
  /** Address of the Lambda endpoint, for `invoke.ts`. */
  services: string;
  /** What that endpoint accepts. */
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** An open data folder: this process holds its lock. */
export interface DataFolder {
  path: string;
  at(...names: string[]): string;
  /** Reads a JSON file of the folder; undefined when it is missing or not JSON. */
  readJson<Value>(name: string): Value | undefined;
  /** Writes a JSON file in one step, readable by the owner only. */
  writeJson(name: string, value: unknown): void;
  /** Lets the lock go. */
  release(): void;
}

/** The file that `invoke.ts` looks for. */
export const HOST_RECORD = "host.json";

/** Opens the folder, makes it where it is missing, and locks it; throws a `StartError` that says what to do. */
export function openDataFolder(directory: string): DataFolder {
  const path = resolve(directory);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writeFileSync(join(path, ".write-test"), "");
    rmSync(join(path, ".write-test"));
  } catch (error) {
    const reason = systemErrorCode(error) ?? String(error);
    throw new StartError(
      `Cannot start: the data folder ${path} is not writable (${reason}); set CUBBY_DATA to another`,
    );
  }
  const folder = {
    path,
    at: (...names: string[]) => join(path, ...names),
    readJson: <Value>(name: string) => readJson<Value>(join(path, name)),
    writeJson(name: string, value: unknown) {
      writeFileSync(join(path, `${name}.new`), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
      renameSync(join(path, `${name}.new`), join(path, name));
    },
  };
  const lock = takeLock(folder.at("host.lock"), () => folder.readJson<HostRecord>(HOST_RECORD)?.pid, path);
  rmSync(folder.at("tmp"), { recursive: true, force: true });
  return {
    ...folder,
    release() {
      rmSync(folder.at(HOST_RECORD), { force: true });
      lock.close();
    },
  };
}

/** Reads JSON from any file; undefined when it is missing or not JSON. */
export function readJson<Value>(file: string): Value | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Value;
  } catch {
    return undefined;
  }
}

/**
 * The lock is SQLite's own lock on an empty database: the system lets it go when the process ends, however it ends,
 * so it cannot be stale and needs no guess about whether a process id still means the same process.
 */
function takeLock(file: string, findHolder: () => number | undefined, path: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("begin exclusive");
    return database;
  } catch (error) {
    database.close();
    if (!String(error).includes("locked")) {
      throw new StartError(`Cannot start: cannot lock the data folder ${path} (${String(error)})`);
    }
    const pid = findHolder();
    const holder = pid === undefined ? "another process" : `the process with pid ${pid}`;
    throw new StartError(
      `Cannot start: the data folder ${path} is in use by ${holder}; stop it, or set CUBBY_DATA to another folder`,
    );
  }
}
