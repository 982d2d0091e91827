/** What clients were told while a fault struck, and what they must never be told. */
import type { ApiDeps } from "../../../functions/api/deps.ts";
import type { Principal } from "../../../shared/identity/principal.ts";
import type { Process } from "../world.ts";

export const API = "http://cubby.test";
/** A function has 29 seconds; then the gateway answers in its place, and nobody knows what became of the request. */
const DEADLINE_MS = 29_000;
/** Words of an engine, of the runtime or of a file system: nobody outside should read any of them. */
const INSIDE = /\\n\s+at |node_modules|\/tmp\/|ECONN|ENOSPC|EMFILE|AWS|Dynamo|Exception|SlowDown|FAULTSPROVED/;

export class Journal {
  /** How often by what it was: "as ever", or the status and the code. */
  readonly answers = new Map<string, number>();
  readonly findings: string[] = [];
  /** How often the fault struck. */
  struck = 0;
  /** The longest that anybody waited. */
  slowestMs = 0;

  tally(what: string, times = 1): void {
    this.answers.set(what, (this.answers.get(what) ?? 0) + times);
  }

  find(sentence: string): void {
    this.findings.push(sentence);
  }

  /** This process's API with every answer looked at, whatever the caller makes of it. */
  watch(process: Process, principal: Principal | undefined, own: Partial<ApiDeps> = {}): typeof fetch {
    const send = process.fetch(principal, own);
    return async (input, init) => {
      const started = performance.now();
      const response = await send(input, init);
      if (!String(input).startsWith(API)) return response; // the storage's own
      this.#judge(
        `${init?.method ?? "GET"} ${new URL(String(input)).pathname}`,
        response.clone(),
        performance.now() - started,
      );
      return response;
    };
  }

  /** Nobody waits longer than a request may take. */
  waited(milliseconds: number, request: string): void {
    this.slowestMs = Math.max(this.slowestMs, milliseconds);
    if (milliseconds > DEADLINE_MS) this.find(`${request} was answered after ${Math.round(milliseconds)} ms`);
  }

  #pending: Promise<void>[] = [];

  #judge(request: string, response: Response, tookMs: number): void {
    this.waited(tookMs, request);
    if (response.status < 400) return;
    const judged = response.text().then((text) => {
      for (const wrong of wrongIn(response, text)) this.find(`${request} was told ${wrong}: ${text.slice(0, 300)}`);
    });
    this.#pending.push(judged);
  }

  /** Until every answer was looked at. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }
}

/** What no failure may be, whatever struck. */
function wrongIn({ status, headers }: Response, text: string): string[] {
  const wrong: string[] = [];
  if (headers.get("content-type") !== "application/problem+json") wrong.push(`${status} without a problem document`);
  if (status === 500) wrong.push("500");
  if ((status === 503 || status === 429) && headers.get("retry-after") === null)
    wrong.push(`${status} without Retry-After`);
  if (INSIDE.test(text)) wrong.push("what goes on inside");
  return wrong;
}
