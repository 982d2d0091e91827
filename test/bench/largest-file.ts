/**
 * The largest file that there may be, and one byte less: uploaded directly in parts, verified by the storage, and read
 * back to the last byte. Not a measurement but a proof, too long for every day: `npm run bench -- largest` does it
 * where it is asked for by name, and takes 11 GB of disk meanwhile.
 */
import { createReadStream } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { startHost } from "../../cdk/local/host.ts";
import { openDiskFile } from "../../shared/client/disk-file.ts";
import { type Client, createClient } from "../../shared/client/index.ts";

const LARGEST = 5120 * 1024 * 1024;
const PART_BYTES = 8 * 1024 * 1024;

/** Prints how long both took; throws when a byte of them is not what it was. */
export async function proveLargestFile(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const env = { MAX_FILE_SIZE_MB: "5120" };
  const host = await startHost({ port: 0, dataDirectory: join(folder, "host"), quiet: true, env });
  try {
    const client = createClient({ baseUrl: host.url, token: await host.issueToken({ sub: "bench" }) });
    const { session_id } = await client.call("createSession", { body: { platform: "web" } });
    const refused = await client
      .call("createUpload", { params: { session_id }, body: { path: "workspace/more", size_bytes: LARGEST + 1 } })
      .then(() => "taken", String);
    console.log(`\nA file of ${LARGEST + 1} bytes: ${refused}`);
    for (const size of [LARGEST - 1, LARGEST]) await thereAndBack(client, session_id, join(folder, "content"), size);
  } finally {
    await host.close();
  }
}

async function thereAndBack(client: Client, sessionId: string, file: string, size: number): Promise<void> {
  const path = "workspace/largest.bin";
  await writeSparse(file, size);
  const started = performance.now();
  await using content = await openDiskFile(file);
  const { file: stored } = await client.uploadLarge(sessionId, path, content);
  const uploaded = performance.now();
  const back = await checksum((await client.download(sessionId, path)).body);
  const downloaded = performance.now();
  const sent = await checksum(createReadStream(file));
  const { data } = await client.call("listFiles", { params: { session_id: sessionId } });
  const isWhole = [stored?.size_bytes, data[0]?.size_bytes, back.bytes].every((bytes) => bytes === size);
  if (!isWhole || back.crc !== sent.crc) throw new Error(`Of ${size} bytes came ${JSON.stringify({ stored, back })}`);
  await client.call("deleteFile", { params: { session_id: sessionId, path } });
  await rm(file);
  const rate = (from: number, to: number) => `${(size / 1e3 / (to - from)).toFixed(0)} MB/s`;
  console.log(
    `A file of ${size} bytes: up at ${rate(started, uploaded)}, down at ${rate(uploaded, downloaded)}, CRC-32 ${sent.crc.toString(16)} both ways`,
  );
}

/** Holes, but for a mark of its own at both ends of each part: no two parts are the same, and none is cut wrongly. */
async function writeSparse(path: string, size: number): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.truncate(size);
    for (let at = 0; at < size; at += PART_BYTES) {
      await file.write(`begins at ${at}`, at);
      const end = Math.min(at + PART_BYTES, size);
      const mark = `ends at ${end}`;
      await file.write(mark, end - mark.length);
    }
  } finally {
    await file.close();
  }
}

async function checksum(body: AsyncIterable<Uint8Array> | null): Promise<{ bytes: number; crc: number }> {
  const sum = { bytes: 0, crc: 0 };
  for await (const chunk of body ?? []) {
    sum.bytes += chunk.byteLength;
    sum.crc = crc32(chunk, sum.crc);
  }
  return sum;
}
