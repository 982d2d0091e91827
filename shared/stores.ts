/** Everything that holds state, built once by a handler from its environment and passed on as an argument. */
import { type ApprovalStore, createApprovalStore } from "./approvals/approval-store.ts";
import { type Bucket, createBucket } from "./aws/bucket.ts";
import { createSsm, createStorageClients } from "./aws/clients.ts";
import { readParameter } from "./aws/parameters.ts";
import { createTable, type Table } from "./aws/table.ts";
import { type CacheStore, createCacheStore } from "./cache/cache-store.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ENV, type Environment, positiveNumber, required } from "./config.ts";
import { createDocumentStore, type DocumentStore } from "./documents/document-store.ts";
import { type ArchiveStore, createArchiveStore } from "./files/archive/archive-store.ts";
import { createFileStore, type FileStore } from "./files/file-store.ts";
import { createLogStore, type LogStore } from "./files/logs/log-store.ts";
import { createUploadStore, type UploadStore } from "./files/uploads/upload-store.ts";
import { createHistoryStore, type HistoryStore } from "./history/history-store.ts";
import { createLog } from "./log.ts";
import { createPreferenceStore, type PreferenceStore } from "./preferences/preference-store.ts";
import { type ConversionLease, createConversionLease } from "./sessions/conversion-lease.ts";
import { createQuotaStore, type QuotaStore } from "./sessions/quota-store.ts";
import { createReceiptStore, type ReceiptStore } from "./sessions/receipt-store.ts";
import { readRetentionRules } from "./sessions/retention-document.ts";
import { readStorageLimits } from "./sessions/room.ts";
import { createRulesSource, type RulesSource } from "./sessions/rules-source.ts";
import { createSessionStore, type SessionStore } from "./sessions/session-store.ts";
import { createTableStore, type TableStore } from "./sessions/table-store.ts";
import { createThreadClaims, type ThreadClaims } from "./sessions/thread-claims.ts";

export interface Stores {
  bucket: Bucket;
  table: Table;
  clock: Clock;
  rules: RulesSource;
  sessions: SessionStore;
  files: FileStore;
  logs: LogStore;
  tables: TableStore;
  history: HistoryStore;
  approvals: ApprovalStore;
  threads: ThreadClaims;
  lease: ConversionLease;
  receipts: ReceiptStore;
  preferences: PreferenceStore;
  archives: ArchiveStore;
  uploads: UploadStore;
  quota: QuotaStore;
  documents: DocumentStore;
  cache: CacheStore;
}

export function createStores(
  env: Environment,
  clock: Clock = systemClock,
  { s3, presigningS3, dynamo } = createStorageClients(env),
): Stores {
  const table = createTable(dynamo, required(env, ENV.table));
  const bucket = createBucket(s3, presigningS3, required(env, ENV.bucket));
  const rules = createStageRules(env);
  const sessions = createSessionStore({ table, clock, rules });
  const files = createFileStore(bucket, table, clock);
  const history = createHistoryStore(table, clock, sessions);
  const uploads = createUploadStore(table, clock);
  const limits = readStorageLimits(env);
  return {
    bucket,
    table,
    clock,
    rules,
    sessions,
    files,
    logs: createLogStore({ bucket, table, files, clock }),
    tables: createTableStore(table, clock),
    history,
    approvals: createApprovalStore({ table, sessions, history, rules, clock }),
    threads: createThreadClaims({ table, sessions, clock, rules }),
    lease: createConversionLease({ table, sessions, clock, rules }),
    receipts: createReceiptStore(table, clock),
    preferences: createPreferenceStore(table, clock),
    archives: createArchiveStore(table, clock),
    uploads,
    quota: createQuotaStore({ table, sessions, uploads, rules, clock, limits }),
    documents: createDocumentStore(bucket, files, clock),
    cache: createCacheStore({ bucket, table, sessions, rules, clock }),
  };
}

/** The rules that hold on this stage: its environment's, and over them its document where it has one. */
function createStageRules(env: Environment): RulesSource {
  const parameter = env[ENV.retentionParameter];
  const ssm = parameter ? createSsm() : undefined;
  return createRulesSource({
    base: readRetentionRules(env),
    ...(parameter && ssm !== undefined ? { read: () => readParameter(ssm, parameter) } : {}),
    refreshMs: positiveNumber(env, ENV.retentionRefreshSeconds, 30) * 1000,
    monotonicMs: () => performance.now(),
    log: createLog("rules"),
  });
}
