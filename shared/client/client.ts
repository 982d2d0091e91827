import { type Cached, createCached } from "./cached.ts";
import { type Caller, createCaller } from "./caller.ts";
import type { ClientOptions } from "./client-options.ts";
import { createFileMethods, type FileMethods } from "./file-methods.ts";
import { type FollowOptions, followHistory } from "./follow-history.ts";
import { createLogMethods, type LogMethods } from "./log-methods.ts";
import { type ApiMethods, createMethods } from "./methods.ts";
import { createOperatorMethods, type OperatorMethods } from "./operator-methods.ts";
import { pages } from "./pages.ts";
import type { Answer, CallOptions, EntryOf, PagedName, RouteName } from "./routes.ts";
import { createTableMethods, type TableMethods } from "./table-methods.ts";

/** What `createClient` makes. */
export interface Client extends FileMethods, LogMethods, TableMethods, OperatorMethods {
  /** Every route of the contract as a method of its own. */
  readonly api: ApiMethods;
  /** Calls one route of the contract by name and answers its JSON, or its text where it answers no JSON. */
  call<Name extends RouteName>(name: Name, options: CallOptions<Name>): Promise<Answer<Name>>;
  /** Every entry of a list, page after page. */
  pages<Name extends PagedName>(name: Name, options: CallOptions<Name>): AsyncGenerator<EntryOf<Name>>;
  /** The entries of a session's history as they come, each once. */
  followHistory(sessionId: string, options?: FollowOptions): AsyncGenerator<EntryOf<"listHistory">>;
  /**
   * The session's answer to this query in this mode: from its cache, or computed once and then kept, in the cache and
   * as a research document. Calls for one answer at one time share one computation.
   */
  cached<Value>(
    sessionId: string,
    query: string,
    mode: string,
    compute: () => Value | Promise<Value>,
  ): Promise<Cached<Value>>;
}

/**
 * A typed client over fetch, for browsers, Node, React Native and edge runtimes. Every failure is a `CubbyError`. Calls
 * that failed for a passing reason are made again where that is safe: reads, replacements and deletions, and POSTs,
 * each of which gets an Idempotency-Key that all its tries share.
 */
export function createClient(options: ClientOptions): Client {
  const caller = createCaller(options);
  const { call } = caller;
  return {
    api: createMethods(call),
    call,
    pages: (name, callOptions) => pages(caller, name, callOptions),
    ...createFileMethods(caller),
    ...createLogMethods(caller),
    ...createTableMethods(caller),
    ...createOperatorMethods(caller),
    followHistory: (sessionId, followOptions) => followHistory(pollOf(caller, sessionId), followOptions),
    cached: createCached({
      lookup: (session_id, body) => call("lookupCache", { params: { session_id }, body }),
      save: (session_id, body) => call("addResearchData", { params: { session_id }, body }),
      store: (session_id, body) => call("putCache", { params: { session_id }, body }),
    }),
  };
}

function pollOf({ request }: Caller, session_id: string): Parameters<typeof followHistory>[0] {
  return (query, options) => request("listHistory", { params: { session_id }, query, ...options });
}
