/**
 * ZIP of 10,000 small files and of one 2 GB file, compressed and stored: seconds, MB/s, and the memory of the archive
 * function's process above what it holds when it rests. Linux only: memory is read from /proc.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import pMap from "p-map";
import { type Host, startHost } from "../../cdk/local/host.ts";
import { createClient } from "../../shared/client/index.ts";
import { systemClock } from "../../shared/clock.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import { createFileStore } from "../../shared/files/file-store.ts";
import { systemActor } from "../../shared/identity/principal.ts";
import { viewEngines } from "../support/engines-view.ts";

const SMALL_FILES = Number(process.env.BENCH_ARCHIVE_FILES ?? 10_000);
const SMALL_BYTES = 2_000;
const LARGE_BYTES = Number(process.env.BENCH_ARCHIVE_BYTES ?? 2e9);
const CHUNK_BYTES = 1024 * 1024;
const SAMPLE_MS = 50;

/** Prints what archives cost on the local host. */
export async function measureArchives(folder: string): Promise<void> {
  const host = await startHost({ port: 0, dataDirectory: join(folder, "archive-host"), quiet: true });
  try {
    const session = await openSession(host);
    await session.put("outputs/single/large.csv", Readable.from(text(LARGE_BYTES)));
    await session.put("outputs/single/large.parquet", Readable.from(noise(LARGE_BYTES)));
    const small = Array.from({ length: SMALL_FILES }, (_, n) => `logs/${n}.txt`);
    await pMap(small, (path) => session.put(path, Readable.from([randomBytes(SMALL_BYTES / 2).toString("hex")])), {
      concurrency: 32,
    });
    const rows: Record<string, Record<string, string>> = {};
    const measure = async (what: string, bytes: number, selection: string[] | "logs") => {
      rows[what] = await measureOne(host, bytes, () => session.archive(selection));
    };
    await measure(`${SMALL_FILES} files of ${SMALL_BYTES} bytes`, SMALL_FILES * SMALL_BYTES, "logs");
    await measure("one file, compressed", LARGE_BYTES, ["outputs/single/large.csv"]);
    await measure("one file, stored", LARGE_BYTES, ["outputs/single/large.parquet"]);
    console.log(`\nZIP archives on the local host, large file of ${LARGE_BYTES / 1e6} MB`);
    console.table(rows);
  } finally {
    await host.close();
  }
}

async function openSession(host: Host) {
  const client = createClient({ baseUrl: host.url, token: await host.issueToken({ sub: "bench" }) });
  const { session_id } = await client.call("createSession", { body: { platform: "web" } });
  const { bucket, table } = viewEngines(host);
  const files = createFileStore(bucket, table, systemClock);
  const about = { conversion: { state: "none" as const, tables: [] }, uploadedBy: systemActor };
  return {
    put: (path: string, body: Readable) => files.put(session_id, parseFilePath(path), body, about),
    archive: (selection: string[] | "logs") =>
      client.prepareArchive(session_id, selection === "logs" ? { folder: "logs" } : { paths: selection }),
  };
}

/** In a new process each time: V8 gives back little of what the work before had made it take. */
async function measureOne(host: Host, bytes: number, archive: () => Promise<{ size_bytes: number }>) {
  await restartWorker(host);
  const idle = await residentMegabytes(host);
  let peak = idle;
  const sampling = setInterval(() => {
    void residentMegabytes(host).then((now) => (peak = Math.max(peak, now)));
  }, SAMPLE_MS);
  const started = performance.now();
  const { size_bytes } = await archive().finally(() => clearInterval(sampling));
  const seconds = (performance.now() - started) / 1000;
  return {
    seconds: seconds.toFixed(1),
    "MB/s": (bytes / 1e6 / seconds).toFixed(0),
    "ZIP MB": (size_bytes / 1e6).toFixed(0),
    "idle MB": String(idle),
    "MB above idle": String(peak - idle),
  };
}

async function restartWorker(host: Host): Promise<void> {
  for (const pid of host.pids.workers("archive")) process.kill(pid, "SIGKILL");
  while (host.pids.workers("archive").length > 0) await setTimeout(SAMPLE_MS);
  // An attempt that nobody began: the function loads its code, asks the table and is done.
  await host.invoke("archive", { session_id: "none", archive_id: "none", attempt: "none" });
}

/** Of all workers of the function together: only one is ever busy here. */
async function residentMegabytes(host: Host): Promise<number> {
  const read = async (pid: number) => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  };
  const sizes = await Promise.all(host.pids.workers("archive").map(read));
  return Math.round(sizes.reduce((sum, size) => sum + size, 0));
}

function* text(bytes: number): Generator<Buffer> {
  for (let left = bytes, row = 0; left > 0; left -= CHUNK_BYTES, row++) {
    const lines = Array.from(
      { length: 9000 },
      (_, n) => `${row},${n},${(row * 7919 + n * 104_729) % 1_000_003},Lisboa,${n % 100}.50\n`,
    );
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, left), lines.join(""));
    yield chunk;
  }
}

function* noise(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) yield randomBytes(Math.min(CHUNK_BYTES, left));
}
