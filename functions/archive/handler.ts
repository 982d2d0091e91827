import { createBucket } from "../../shared/aws/bucket.ts";
import { createDynamo, createPresigningS3, createS3 } from "../../shared/aws/clients.ts";
import { createTable } from "../../shared/aws/table.ts";
import { systemClock } from "../../shared/clock.ts";
import { ENV, processEnvironment, required } from "../../shared/config.ts";
import type { ArchiveRequest } from "../../shared/contract/functions.ts";
import { createArchiveStore } from "../../shared/files/archive/archive-store.ts";
import { createLog } from "../../shared/log.ts";
import { withTrace } from "../../shared/trace.ts";
import { type ArchiveDeps, buildArchive } from "./build-archive.ts";

const env = processEnvironment();
const table = createTable(createDynamo(), required(env, ENV.table));

const deps: ArchiveDeps = {
  table,
  bucket: createBucket(createS3(env), createPresigningS3(env), required(env, ENV.bucket)),
  archives: createArchiveStore(table, systemClock),
  log: createLog("archive"),
};

/** Invoked asynchronously by the API; Lambda tries twice more when it throws. */
export async function handler(event: ArchiveRequest, context: { getRemainingTimeInMillis(): number }): Promise<void> {
  const attempt = { sessionId: event.session_id, archiveId: event.archive_id, attempt: event.attempt };
  const ids = { sessionId: event.session_id, requestId: event.request_id };
  await withTrace(ids, async ({ engine_requests }) => {
    const started = performance.now();
    await buildArchive(deps, attempt, context.getRemainingTimeInMillis());
    const milliseconds = Math.round(performance.now() - started);
    deps.log.info("Archive attempt", { archive_id: event.archive_id, milliseconds, engine_requests });
  });
}
