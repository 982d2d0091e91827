import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What Lambda's runtime does, with a message in the place of an invocation. */
const program = `
process.send({ isUp: true });
const begun = performance.now();
const { handler } = await import("./index.mjs");
process.send({ importedMs: performance.now() - begun });
const context = { awsRequestId: "bench", functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "", getRemainingTimeInMillis: () => 200_000 };
process.on("message", async (event) => {
  const asked = performance.now();
  try {
    const answer = await handler(event, context);
    process.send({ answer: answer ?? null, answeredMs: performance.now() - asked });
  } catch (error) {
    process.send({ failure: String(error?.stack ?? error) });
  }
});
`;

/** How long the first call in a new process took, and what it answered. */
export interface ColdStart {
  /** Reading and running the code; Node itself is up by then, as on Lambda. */
  readonly importedMs: number;
  /** From the event to the answer. */
  readonly answeredMs: number;
  readonly answer: unknown;
}

/** Starts the bundled function in a new process, has it answer one event, and ends it. Throws when it fails. */
export async function startCold(folder: string, env: Record<string, string>, event: object): Promise<ColdStart> {
  const main = join(folder, "main.mjs");
  await writeFile(main, program);
  // In a process group of its own, to which belongs what it starts.
  const child = fork(main, {
    ...{ cwd: folder, env: { ...env, TMPDIR: folder, HOME: folder }, execArgv: [], detached: true },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  try {
    await nextMessage(child);
    const { importedMs } = (await nextMessage(child)) as { importedMs: number };
    child.send(event);
    const message = (await nextMessage(child)) as { answer: unknown; answeredMs: number } | { failure: string };
    if ("failure" in message) throw new Error(`${folder}: ${message.failure}`);
    return { importedMs, answeredMs: message.answeredMs, answer: message.answer };
  } finally {
    const gone = once(child, "exit");
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await gone;
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  child.once("exit", (code) => ended.abort(new Error(`The function's process ended with ${code}`)));
  const [message] = await once(child, "message", { signal: ended.signal });
  return message;
}
