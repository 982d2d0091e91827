import type { Caller } from "./caller.ts";
import type { Answer, RequestOptions } from "./routes.ts";

/** The logs of a session: text that grows. */
export interface LogMethods {
  /** Appends text to a log of the session; end it with a line break, as nothing is put between two appends. */
  appendLog(sessionId: string, name: string, text: string, options?: RequestOptions): Promise<Answer<"appendLog">>;
  /** A log's text behind a number, to its present end. Ask with `nextSince` again for what comes later. */
  readLog(
    sessionId: string,
    name: string,
    since?: number,
    options?: RequestOptions,
  ): Promise<{ text: string; nextSince: number }>;
}

/** Puts the ways of logs together from single calls. */
export function createLogMethods({ call, request }: Caller): LogMethods {
  return {
    appendLog: (session_id, name, text, options = {}) =>
      call("appendLog", { params: { session_id, name }, body: text, ...options }),
    async readLog(session_id, name, since = 0, options = {}) {
      let text = "";
      let nextSince = since;
      for (let hasMore = true; hasMore; ) {
        const query = { since: nextSince };
        const response = await request("readLog", { params: { session_id, name }, query, ...options });
        text += await response.text();
        nextSince = Number(response.headers.get("cubby-next-since") ?? nextSince);
        hasMore = response.headers.has("link");
      }
      return { text, nextSince };
    },
  };
}
