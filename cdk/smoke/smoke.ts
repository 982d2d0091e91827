import { createClient, CubbyError } from "../../shared/client/index.ts";
import type { Fetch } from "../../shared/client/transport.ts";
import { smokeSteps, type Walk } from "./smoke-steps.ts";

export interface SmokeOptions {
  /** Address of the stage, the stack's output `ApiUrl`. */
  readonly url: string;
  /** Without one the walk is a guest's, where the stage allows guests. */
  readonly token?: string | undefined;
  /** Told each line as it is known. */
  readonly print: (line: string) => void;
  readonly fetch?: Fetch;
}

const NAME_WIDTH = Math.max(...smokeSteps.map(({ name }) => name.length));

/**
 * Walks a session through a stage that is really there, and removes it whatever happens. Answers whether all was as it
 * should be; stops at the first step that was not, as the others need it.
 */
export async function smoke({ url, token, print, fetch }: SmokeOptions): Promise<boolean> {
  const baseUrl = url.replace(/\/+$/, "");
  const withToken = (own: string | undefined) =>
    createClient({ baseUrl, ...(own === undefined ? {} : { token: own }), ...(fetch === undefined ? {} : { fetch }) });
  const walk: Walk = { client: withToken(token), withToken, sessionId: "" };
  const started = performance.now();
  for (const { name, run } of smokeSteps) {
    const before = performance.now();
    const took = () => `${Math.round(performance.now() - before)} ms`.padStart(8);
    try {
      const remark = await run(walk);
      print(`ok      ${name.padEnd(NAME_WIDTH)} ${took()}  ${remark}`);
    } catch (error) {
      print(`FAILED  ${name.padEnd(NAME_WIDTH)} ${took()}  ${explain(error)}`);
      await tidyUp(walk, print);
      return false;
    }
  }
  print(`All is well at ${baseUrl}, after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

/** What is left of a walk that failed. */
async function tidyUp({ client, sessionId }: Walk, print: SmokeOptions["print"]): Promise<void> {
  if (sessionId === "") return;
  try {
    await client.call("deleteSession", { params: { session_id: sessionId } });
    print(`        Removed ${sessionId}`);
  } catch (error) {
    if (error instanceof CubbyError && [404, 410].includes(error.status)) return;
    print(
      `        ${sessionId} could not be removed (${explain(error)}); it ends by itself within the stage's idle time`,
    );
  }
}

/** Problems by their code and id, with which the log has the rest; tokens are in none of them. */
function explain(error: unknown): string {
  if (error instanceof CubbyError) {
    const id = error.problem?.request_id;
    return `${error.status} ${error.code}: ${error.message}${id === undefined ? "" : ` (request ${id})`}`;
  }
  return error instanceof Error ? error.message : String(error);
}
