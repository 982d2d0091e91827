import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { QueryRequest, QueryResponse } from "../../../shared/contract/functions.ts";

const root = new URL("../../../", import.meta.url).pathname;

/** Bundles function and child as a deployment does, into `folder`; answers the function's module. */
export async function bundleQueryFunction(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const bundler = join(root, "cdk/constructs/bundle-child.ts");
  const bundle = (entry: string, file: string) =>
    promisify(execFile)(process.execPath, [bundler, join(root, entry), join(folder, file)]);
  await bundle("functions/query/handler.ts", "index.mjs");
  await bundle("functions/query/child.ts", "query-child.mjs");
  const main = join(folder, "main.mjs");
  writeFileSync(main, program);
  return main;
}

/** What Lambda's runtime does, with a message in the place of an invocation. */
const program = `
const begun = performance.now();
process.send({ booted: true });
const { handler } = await import("./index.mjs");
process.send({ loaded: performance.now() - begun });
process.on("message", async (event) => process.send({ answer: await handler(event) }));
`;

type Asked = Partial<QueryRequest> & { expect?: string };

/** The query function in a process of its own. */
export interface QueryFunctionProcess {
  /** Until Node itself ran, which on Lambda is no time of the function's. */
  readonly bootMs: number;
  readonly loadedMs: number;
  /** Throws when the answer is not what was expected: rows, or the named problem. */
  ask(sql: string, url: string, more?: Asked): Promise<Extract<QueryResponse, { ok: true }> | undefined>;
  /** Stops the function and all its children, as Lambda does between requests; answers how to go on. */
  freeze(): () => void;
  close(): Promise<void>;
}

export async function startQueryFunction(main: string): Promise<QueryFunctionProcess> {
  const begun = performance.now();
  // In a process group of its own, which its children belong to as well.
  const child = fork(main, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"], detached: true });
  await nextMessage(child);
  const bootMs = performance.now() - begun;
  const { loaded } = (await nextMessage(child)) as { loaded: number };
  return {
    bootMs,
    loadedMs: loaded,
    ask: async (sql, url, { expect, ...more } = {}) => {
      const event = { ...{ sql, limit: 1000, offset: 0, format: "json", output: "inline" }, timeout_seconds: 20 };
      child.send({ ...event, database_url: url, database_key: "bench", ...more });
      const { answer } = (await nextMessage(child)) as { answer: QueryResponse };
      if (answer.ok !== (expect === undefined)) throw new Error(`${sql}: ${JSON.stringify(answer).slice(0, 300)}`);
      return answer.ok ? answer : undefined;
    },
    freeze: () => {
      const group = -(child.pid ?? 0);
      process.kill(group, "SIGSTOP");
      return () => process.kill(group, "SIGCONT");
    },
    close: async () => {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, "message");
  return message;
}
