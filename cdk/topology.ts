/**
 * What Cubby consists of, as plain data. The CDK stacks and the local host both read it, so the machine on the
 * desk and the one on AWS cannot drift apart.
 */

/** What may start a function. */
export type Trigger =
  | { kind: "http" } // every route of the HTTP API
  | { kind: "page" } // the web page and its assets, by the same address
  | { kind: "authorizer" } // asked by the HTTP API before a protected route
  | { kind: "queue" } // the conversion queue
  | { kind: "schedule"; everyMinutes: number }
  | { kind: "table_stream" } // REMOVE of a session item
  | { kind: "invoke" } // only other functions call it
  | { kind: "invoke_later" }; // only other functions hand it work, and do not wait; Lambda keeps the event and retries

/** What a function may touch, each with the environment names that go with it. */
export type Permission =
  | "table_read"
  | "table_update" // read and change items whose key is known
  | "table_read_write"
  | "index_read" // query by user and by due time
  | "bucket_read_write"
  | "bucket_purge" // list and delete, no reading
  | "exports_write" // the operators' exports, which belong to no session
  | "exports_purge"
  | "queue_send"
  | "retention_read" // the document with the rules
  | "invoke_convert"
  | "invoke_query"
  | "invoke_archive";

export interface FunctionTopology {
  /** What an operator reads in the console. */
  readonly description: string;
  /** Module that exports `handler`, from the repository's root. */
  readonly entry: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /**
   * Bound of V8's young generation, which comes to three times this. Without one V8 lets it grow with the memory that
   * is there, up to 192 MB, when much survives its first collection.
   */
  readonly semiSpaceMb?: number;
  /** Space in /tmp; Lambda's own default is 512. */
  readonly temporaryMb: number;
  /** DuckDB's native binding has to be in the bundle. */
  readonly usesDuckDb: boolean;
  /** Its asset carries the parsers of Python, and the module that rewritten scripts import. */
  readonly rewritesPython?: true;
  /** Runs in a worker process on one machine, as heavy or dangerous work; light functions run in the host. */
  readonly isolated: boolean;
  readonly triggers: readonly Trigger[];
  readonly permissions: readonly Permission[];
}

/** With so much memory a function has one whole processor, and with less that share of it. */
export const FULL_MEMORY_MB = 1_769;

export const functions = {
  api: {
    description: "Answers every HTTP route",
    entry: "functions/api/handler.ts",
    memoryMb: 1024,
    timeoutSeconds: 29,
    temporaryMb: 512,
    usesDuckDb: false,
    isolated: false,
    triggers: [{ kind: "http" }],
    permissions: [
      "table_read_write",
      "index_read",
      "bucket_read_write",
      "exports_write",
      "retention_read",
      "queue_send",
      "invoke_convert",
      "invoke_query",
      "invoke_archive",
    ],
  },
  explorer: {
    description: "Serves the web page; holds no AWS permission",
    entry: "functions/explorer/handler.ts",
    memoryMb: 512,
    timeoutSeconds: 10,
    temporaryMb: 512,
    usesDuckDb: false,
    isolated: false,
    triggers: [{ kind: "page" }],
    permissions: [],
  },
  authorizer: {
    description: "Turns a bearer token into a principal",
    entry: "functions/authorizer/handler.ts",
    memoryMb: 512,
    timeoutSeconds: 10,
    temporaryMb: 512,
    usesDuckDb: false,
    isolated: false,
    triggers: [{ kind: "authorizer" }],
    permissions: ["table_read"],
  },
  convert: {
    description: "Turns pending files of a session into tables of its database",
    entry: "functions/convert/handler.ts",
    memoryMb: 3008,
    timeoutSeconds: 300,
    temporaryMb: 4096,
    usesDuckDb: true,
    rewritesPython: true,
    isolated: true,
    triggers: [{ kind: "queue" }, { kind: "invoke" }],
    permissions: ["table_read_write", "bucket_read_write", "retention_read"],
  },
  query: {
    description: "Runs one read-only SQL statement; holds no AWS permission",
    entry: "functions/query/handler.ts",
    memoryMb: 3008,
    timeoutSeconds: 28,
    temporaryMb: 4096,
    usesDuckDb: true,
    isolated: true,
    triggers: [{ kind: "invoke" }],
    permissions: [],
  },
  archive: {
    description: "Packs files of a session into one ZIP in the bucket",
    entry: "functions/archive/handler.ts",
    memoryMb: FULL_MEMORY_MB, // DEFLATE is what takes the time
    timeoutSeconds: 900,
    semiSpaceMb: 16, // the SDK leaves 0.3 MB of garbage for each object that it reads: 3 GB for an archive of 10,000
    temporaryMb: 512,
    usesDuckDb: false,
    isolated: true,
    triggers: [{ kind: "invoke_later" }],
    permissions: ["table_update", "bucket_read_write"],
  },
  sweep: {
    description: "Ends sessions that are due and finishes what was left undone",
    entry: "functions/sweep/handler.ts",
    memoryMb: FULL_MEMORY_MB, // a whole processor: by the model of `npm run costs` that is what limits it
    timeoutSeconds: 240,
    temporaryMb: 512,
    usesDuckDb: false,
    isolated: false,
    triggers: [{ kind: "schedule", everyMinutes: 5 }],
    permissions: ["table_read_write", "index_read", "bucket_purge", "exports_purge", "retention_read", "queue_send"],
  },
  purge: {
    description: "Removes whatever is left of a session whose record went away by TTL",
    entry: "functions/purge/handler.ts",
    memoryMb: 512,
    timeoutSeconds: 240,
    temporaryMb: 512,
    usesDuckDb: false,
    isolated: false,
    triggers: [{ kind: "table_stream" }],
    permissions: ["table_read_write", "bucket_purge"],
  },
} as const satisfies Record<string, FunctionTopology>;

export type FunctionName = keyof typeof functions;

/** Routes that carry no gateway authorizer; the API checks a token there by itself when one is sent. */
export const openRoutes = ["GET /health", "GET /openapi.json", "POST /v1/sessions", "POST /upload"] as const;

/** Routes of the web page. They carry no authorizer: the page is the same for everybody, and has nothing to hide. */
export const pageRoutes = [
  "GET /",
  "HEAD /",
  "GET /docs",
  "HEAD /docs",
  "GET /assets/{file}",
  "HEAD /assets/{file}",
] as const;

/** The table's keys and indexes, said once for the stack and for the local engine. */
export const table = {
  partitionKey: "pk",
  sortKey: "sk",
  ttlAttribute: "ttl",
  indexes: {
    by_user: { partitionKey: "user_id", sortKey: "created_at", types: { user_id: "S", created_at: "S" } },
    by_due: { partitionKey: "due_shard", sortKey: "due_at", types: { due_shard: "N", due_at: "S" } },
  },
} as const;

export const queue = {
  /** Six times the consumer's timeout, as AWS asks for. */
  visibilityTimeoutSeconds: functions.convert.timeoutSeconds * 6,
  /** AWS's advice for Lambda consumers: fewer, and messages that were only throttled end in the dead-letter queue. */
  maxReceiveCount: 5,
} as const;

/** What Lambda does with an event of `invoke_later` whose function fails; also its defaults. */
export const asynchronousInvoke = {
  /** Seconds before the second and the third try. */
  retryAfterSeconds: [60, 120],
} as const;

/** Objects that clients sent to the bucket directly. Our own functions write elsewhere, and know what they wrote. */
export const directUpload = {
  keyPatterns: ["sessions/*/uploading/*", "sessions/*/uploads/*"],
  reasons: ["PostObject", "CompleteMultipartUpload"],
} as const;

/** How long API Gateway may reuse the authorizer's answer for one token. */
export const authorizerCacheSeconds = 60;

/** What Node is told at its start, on AWS and here alike. Stack traces name our files: 13 ms of a cold start. */
export function nodeOptions({ semiSpaceMb }: FunctionTopology): string {
  const young = semiSpaceMb === undefined ? [] : [`--max-semi-space-size=${semiSpaceMb}`];
  return ["--enable-source-maps", ...young].join(" ");
}
