/** Everything that holds state, built once by a handler from its environment and passed on as an argument. */
import { type Bucket, createBucket } from "./aws/bucket.ts";
import { createDynamo, createPresigningS3, createS3 } from "./aws/clients.ts";
import { createTable, type Table } from "./aws/table.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ENV, type Environment, required } from "./config.ts";
import { createFileStore, type FileStore } from "./files/file-store.ts";
import { createHistoryStore, type HistoryStore } from "./history/history-store.ts";
import { type ConversionLease, createConversionLease } from "./sessions/conversion-lease.ts";
import { type RetentionRules, readRetentionRules } from "./sessions/retention.ts";
import { createSessionStore, type SessionStore } from "./sessions/session-store.ts";
import { createTableStore, type TableStore } from "./sessions/table-store.ts";

export interface Stores {
  bucket: Bucket;
  table: Table;
  clock: Clock;
  rules: RetentionRules;
  sessions: SessionStore;
  files: FileStore;
  tables: TableStore;
  history: HistoryStore;
  lease: ConversionLease;
}

export function createStores(env: Environment, clock: Clock = systemClock): Stores {
  const table = createTable(createDynamo(), required(env, ENV.table));
  const bucket = createBucket(createS3(env), createPresigningS3(env), required(env, ENV.bucket));
  const rules = readRetentionRules(env);
  const sessions = createSessionStore({ table, clock, rules });
  return {
    bucket,
    table,
    clock,
    rules,
    sessions,
    files: createFileStore(bucket, table, clock),
    tables: createTableStore(table),
    history: createHistoryStore(table, clock),
    lease: createConversionLease({ table, sessions, clock }),
  };
}
