/**
 * Direct uploads and downloads against the bare SDK doing the same on the same engine, and the memory of the API while
 * 2 GB pass it by. Ratios are of medians, the two sides taking turns. Linux only: memory is read from /proc.
 */
import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { type Host, startHost } from "../../cdk/local/host.ts";
import { openDiskFile } from "../../shared/client/disk-file.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { uploadByTus } from "./tus-upload.ts";

const BYTES = Number(process.env.BENCH_TRANSFER_BYTES ?? 200e6);
const LARGE_BYTES = Number(process.env.BENCH_LARGE_BYTES ?? 2e9);
const RUNS = Number(process.env.BENCH_RUNS ?? 9);
const PART_BYTES = 8 * 1024 * 1024;
const AT_ONCE = 4;
const SAMPLE_MS = 100;

interface Place {
  client: Client;
  sessionId: string;
  s3: S3Client;
  bucket: string;
  file: string;
}

/** Prints how fast bytes go in and out, and what of them the API holds. */
export async function measureTransfers(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const env = { MAX_FILE_SIZE_MB: "5120", MAX_SESSION_SIZE_MB: "20000" };
  const host = await startHost({ port: 0, dataDirectory: join(folder, "host"), quiet: true, env });
  try {
    const place = await prepare(host, join(folder, "content"));
    await writeContent(place.file, BYTES);
    const [up, sdkUp] = await takeTurns(
      () => uploadByClient(place),
      () => uploadBySdk(place, {}),
    );
    const [, wholeUp] = await takeTurns(
      async () => {},
      () => uploadBySdk(place, { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" }),
    );
    const [down, sdkDown] = await takeTurns(
      () => downloadByClient(place),
      () => downloadBySdk(place),
    );
    console.log(
      `\nDirect transfer of ${BYTES / 1e6} MB on the local engine, median of ${RUNS} runs, ${AT_ONCE} parts at once`,
    );
    console.table({
      "upload, bare SDK": row(sdkUp, sdkUp),
      "upload, bare SDK with one checksum over all": row(wholeUp, sdkUp),
      "upload, Cubby's client": row(up, sdkUp),
      "download, bare SDK": row(sdkDown, sdkDown),
      "download, Cubby's client": row(down, sdkDown),
    });
    await compareWithTus(host, place, up);
    await measureMemory(host, place);
  } finally {
    await host.close();
  }
}

/** The same content through the reference tus server, whose bytes pass through a process of one's own. */
async function compareWithTus(host: Host, { file }: Place, ours: number): Promise<void> {
  const bytes = new Uint8Array(await readFile(file));
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await uploadByTus(host, bytes));
  const seconds = median(times);
  const rate = (BYTES / 1e6 / seconds).toFixed(0);
  console.log(`The same by @tus/server with its S3 store: ${rate} MB/s, ${(seconds / ours).toFixed(2)} times as long`);
}

async function prepare(host: Host, file: string): Promise<Place> {
  const client = createClient({ baseUrl: host.url, token: await host.issueToken({ sub: "bench" }) });
  const { session_id } = await client.call("createSession", { body: { platform: "web" } });
  const credentials = {
    accessKeyId: host.env.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: host.env.AWS_SECRET_ACCESS_KEY ?? "",
  };
  const s3 = new S3Client({ endpoint: host.endpoints.s3, region: "us-east-1", credentials, forcePathStyle: true });
  return { client, sessionId: session_id, s3, bucket: host.env.SESSION_BUCKET ?? "", file };
}

async function writeContent(file: string, bytes: number): Promise<void> {
  const chunk = randomBytes(1024 * 1024);
  function* chunks() {
    for (let left = bytes; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
  }
  await pipeline(Readable.from(chunks()), createWriteStream(file));
}

async function uploadByClient({ client, sessionId, file }: Place, path = "workspace/content.bin"): Promise<void> {
  await using content = await openDiskFile(file);
  await client.uploadLarge(sessionId, path, content, { concurrency: AT_ONCE });
}

async function uploadBySdk({ s3, bucket, file }: Place, checksums: object): Promise<void> {
  const params = { Bucket: bucket, Key: "bench/sdk.bin", Body: createReadStream(file), ...checksums };
  await new Upload({ client: s3, params, partSize: PART_BYTES, queueSize: AT_ONCE }).done();
}

async function downloadByClient({ client, sessionId }: Place): Promise<void> {
  const response = await client.download(sessionId, "workspace/content.bin");
  let size = 0;
  for await (const chunk of response.body ?? []) size += chunk.byteLength;
  if (size !== BYTES) throw new Error(`Downloaded ${size} bytes`);
}

async function downloadBySdk({ s3, bucket }: Place): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "bench/sdk.bin" }));
  let size = 0;
  for await (const chunk of Body as Readable) size += (chunk as Buffer).byteLength;
  if (size !== BYTES) throw new Error(`Downloaded ${size} bytes`);
}

/** Median seconds of both; a first round of each warms up and does not count. */
async function takeTurns(ours: () => Promise<void>, theirs: () => Promise<void>): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let run = 0; run <= RUNS; run++) {
    for (const [side, work] of [ours, theirs].entries()) {
      const from = performance.now();
      await work();
      if (run > 0) times[side]?.push((performance.now() - from) / 1000);
    }
  }
  return [median(times[0]), median(times[1])];
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function row(seconds: number, floor: number) {
  return { "MB/s": (BYTES / 1e6 / seconds).toFixed(0), ratio: (floor / seconds).toFixed(2) };
}

/** Large files go to the storage and come from it: the API only signs and verifies. */
async function measureMemory(host: Host, place: Place): Promise<void> {
  await writeContent(place.file, LARGE_BYTES);
  const idle = await residentMegabytes(host);
  let peak = idle;
  const sampling = setInterval(() => {
    void residentMegabytes(host).then((now) => {
      peak = Math.max(peak, now);
    });
  }, SAMPLE_MS);
  await uploadByClient(place, "workspace/large.bin");
  const response = await place.client.download(place.sessionId, "workspace/large.bin");
  for await (const _ of response.body ?? []);
  clearInterval(sampling);
  await rm(place.file);
  console.log(
    `${LARGE_BYTES / 1e6} MB in and out: the API's process held ${idle} MB before, at most ${peak} MB meanwhile`,
  );
}

async function residentMegabytes(host: Host): Promise<number> {
  const sizes = host.pids.workers("api").map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  });
  return Math.round((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0));
}
