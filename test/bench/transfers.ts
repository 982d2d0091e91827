/**
 * Direct uploads and downloads against the bare SDK and a tus server doing the same on the same engine, all taking turns,
 * and the memory of the API while 2 GB pass it by. Linux only: memory is read from /proc.
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
import { plotDots } from "./plot/dot-plot.ts";
import type { Report } from "./report/report.ts";
import { scaleSpread, showSpread, type Spread, spreadOf, toRate } from "./report/spread.ts";
import { milliseconds, takeTurns } from "./report/take-turns.ts";
import { startTus, type Tus } from "./tus/tus.ts";

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
export async function measureTransfers(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const env = { MAX_FILE_SIZE_MB: "5120", MAX_SESSION_SIZE_MB: "20000" };
  const host = await startHost({ port: 0, dataDirectory: join(folder, "host"), quiet: true, env });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => host.close());
  const place = await prepare(host, join(folder, "content"));
  await writeContent(place.file, BYTES);
  const tus = await startTus(host);
  stack.defer(() => tus.close());
  const up = await race(uploads(place, tus));
  const down = await race(downloads(place, tus));
  await tell(report, up, down);
  await measureMemory(host, place);
}

const names = {
  cubby: "Cubby's client",
  sdk: "bare SDK",
  whole: "bare SDK, one checksum over all",
  tus: "tus server with its S3 store",
};
type Side = keyof typeof names;

function uploads(place: Place, tus: Tus): Record<Side, () => Promise<void>> {
  return {
    cubby: () => uploadByClient(place),
    sdk: () => uploadBySdk(place, {}),
    whole: () => uploadBySdk(place, { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" }),
    tus: async () => tus.upload(new Uint8Array(await readFile(place.file))),
  };
}

function downloads(place: Place, tus: Tus): Record<Exclude<Side, "whole">, () => Promise<void>> {
  const whole = async (body: Promise<AsyncIterable<Uint8Array> | null>) => {
    let size = 0;
    for await (const chunk of (await body) ?? []) size += chunk.byteLength;
    if (size !== BYTES) throw new Error(`Downloaded ${size} bytes`);
  };
  const ofClient = async () => (await place.client.download(place.sessionId, "workspace/content.bin")).body;
  const ofSdk = async () => {
    const { Body } = await place.s3.send(new GetObjectCommand({ Bucket: place.bucket, Key: "bench/sdk.bin" }));
    return Body as Readable;
  };
  return { cubby: () => whole(ofClient()), sdk: () => whole(ofSdk()), tus: () => whole(tus.download()) };
}

/** Seconds of each. */
async function race<Name extends Side>(
  sides: Record<Name, () => Promise<void>>,
): Promise<Partial<Record<Side, Spread>>> {
  const works = Object.entries<() => Promise<void>>(sides).map(([name, work]) => [name, () => milliseconds(work)]);
  const figures: Record<string, number[]> = await takeTurns(Object.fromEntries(works), RUNS);
  return Object.fromEntries(
    Object.entries(figures).map(([name, values]) => [name, scaleSpread(spreadOf(values), 1 / 1000)]),
  );
}

type Raced = Partial<Record<Side, Spread>>;

async function tell(report: Report, up: Raced, down: Raced): Promise<void> {
  console.log(`\nDirect transfer of ${BYTES / 1e6} MB on the local engine, MB/s, median (quartiles) of ${RUNS}`);
  const rate = (seconds: Spread | undefined) => seconds && toRate(seconds, BYTES / 1e6);
  const show = (seconds: Spread | undefined) => (seconds ? showSpread(toRate(seconds, BYTES / 1e6), 0) : "");
  const sides = Object.entries(names) as [Side, string][];
  console.table(
    Object.fromEntries(sides.map(([side, name]) => [name, { up: show(up[side]), down: show(down[side]) }])),
  );
  const plot = await report.plot(
    "transfers",
    plotDots({
      ...{ title: `${BYTES / 1e6} MB up and down`, axis: "MB/s", series: ["upload", "download"] },
      rows: sides.map(([side, name]) => ({ name, figures: [rate(up[side]), rate(down[side])] })),
    }),
  );
  const times = (raced: Raced, side: Side) =>
    ((raced[side]?.median ?? Number.NaN) / (raced.cubby?.median ?? Number.NaN)).toFixed(2);
  report.readme(
    `Transfers, \`npm run bench -- transfers\`, ${BYTES / 1e6} MB, median (quartiles) of ${RUNS} in MB/s: up ${show(up.cubby)}, the bare SDK ${show(up.sdk)}, a tus server with its S3 store ${show(up.tus)}; down ${show(down.cubby)}, ${show(down.sdk)} and ${show(down.tus)} ([plot](${plot})). By the medians the SDK takes ${times(up, "sdk")} times as long up and ${times(down, "sdk")} times down, tus ${times(up, "tus")} and ${times(down, "tus")} times.`,
  );
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
