/** What would make a line of the bill shorter, for an operator to weigh. */
const levers: readonly [component: RegExp, lever: string][] = [
  [
    /^Lambda convert/,
    "its time on few small files is starting DuckDB and two passes over a session's lease: upload files together, one request for all",
  ],
  [
    /^Lambda query/,
    "memory bought for large tables: less of it in cdk/topology.ts where tables are small; pages instead of repeats",
  ],
  [
    /^Lambda api/,
    "it waits for convert and query, and pays for the waiting: send large files directly, poll instead of waiting",
  ],
  [/^Lambda/, "less memory, or more of it where that shortens the time by more"],
  [
    /^DynamoDB writes, by_due/,
    "each change of a session's item is written here too, twice when its alarm clock moves: project keys alone and read the item",
  ],
  [
    /^DynamoDB writes, by_user/,
    "each change of a session's item is written here too: project keys alone, and read items for lists",
  ],
  [
    /^DynamoDB writes/,
    "clients with `automaticKeys: false` (two writes less a POST); a steady load on provisioned capacity is two to three times cheaper",
  ],
  [
    /^DynamoDB reads/,
    "ask for changes since the last answer instead of whole pages; keep answers in the client by their ETag",
  ],
  [/^DynamoDB/, "shorter retention; recovery off where a stage can lose its table"],
  [/^S3 storage/, "shorter retention (`/cubby/<stage>/retention`, at once), or lower `limits.maxSessionSizeMb`"],
  [/^S3 requests/, "more files in one upload; each conversion publishes one database, however many files it took"],
  [
    /^EventBridge/,
    "S3's own notification to the queue costs nothing, but cannot be narrowed to `uploading/` inside each session",
  ],
  [/^API Gateway/, "fewer requests: follow the history with long pauses, read a session with its list"],
  [/^CloudWatch logs/, "level WARN leaves the line of each request out, and with it the queries by route"],
  [/^CloudWatch/, "fixed: it is the price of being told"],
  [/^X-Ray/, "tracing off in cdk/constructs/cubby-function.ts"],
  [/^Transfer/, "parquet instead of CSV (a tenth of the bytes), results by query instead of whole tables"],
  [/^SQS/, "fixed: Lambda asks an idle queue all day"],
];

/** Advice for a line of the bill. */
export function leverOf(component: string): string {
  return levers.find(([pattern]) => pattern.test(component))?.[1] ?? "nothing is known that would";
}
