import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { type Entry, fromBuffer, type ZipFile } from "yauzl";

/** One file of a ZIP as yauzl reads it. */
export interface ReadEntry {
  entry: Entry;
  bytes: Buffer;
}

/** Everything in a ZIP, by an independent reader, in the archive's order; checks each file's checksum, which yauzl does not. */
export async function readEntries(zip: Buffer): Promise<ReadEntry[]> {
  const file = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, opened) => (error === null ? resolve(opened) : reject(error)));
  });
  const found: ReadEntry[] = [];
  await new Promise<void>((resolve, reject) => {
    file.on("entry", (entry: Entry) => {
      file.openReadStream(entry, (error, stream) => {
        if (error !== null) return reject(error);
        buffer(stream).then((bytes) => {
          if (crc32(bytes) !== entry.crc32) return reject(new Error(`The checksum of ${entry.fileName} is wrong`));
          found.push({ entry, bytes });
          file.readEntry();
        }, reject);
      });
    });
    file.once("end", resolve);
    file.once("error", reject);
    file.readEntry();
  });
  return found;
}

/** The bytes of each file by its name; no name may stand there twice. */
export async function readZip(zip: Buffer): Promise<Map<string, Buffer>> {
  const entries = await readEntries(zip);
  const files = new Map(entries.map(({ entry, bytes }) => [entry.fileName, bytes]));
  if (files.size !== entries.length) throw new Error("A name stands in the archive twice");
  return files;
}

const script = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([[info.filename, hashlib.sha256(archive.read(info)).hexdigest()] for info in archive.infolist()]))
`;

/** Name and SHA-256 of each file as Python reads it; undefined where there is no Python. */
export async function readWithPython(zip: Buffer): Promise<[string, string][] | undefined> {
  const run = promisify(execFile);
  if (
    await run("python3", ["--version"]).then(
      () => false,
      () => true,
    )
  )
    return undefined;
  const folder = await mkdtemp(join(tmpdir(), "cubby-test-"));
  try {
    await writeFile(join(folder, "archive.zip"), zip);
    const { stdout } = await run("python3", ["-c", script, join(folder, "archive.zip")], { maxBuffer: 64e6 });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}
