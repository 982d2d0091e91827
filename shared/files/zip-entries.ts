import { pipeline, type Readable, Transform } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import type { ZipFile } from "yauzl";
import { openArchive, type PlannedFile, type ZipPlan } from "./zip-plan.ts";
import { refuseArchive } from "./zip-rules.ts";

/** One file of an archive, ready to be read. */
export interface ZipEntry {
  /** Inside the archive, parts separated by `/`. */
  path: string;
  sizeBytes: number;
  /** The content; errors with `archive_refused` unless it is, to the byte, what the archive declared. */
  open(): Promise<Readable>;
}

/** An archive whose files can be read in any order. Closing it leaves streams in progress alone. */
export interface OpenZip {
  open(file: PlannedFile): Promise<Readable>;
  close(): void;
}

/** Pass 2: the files of a plan, in the archive's order. The archive is open while the loop runs. */
export async function* readZipEntries(plan: ZipPlan): AsyncGenerator<ZipEntry> {
  const zip = await openZip(plan);
  try {
    for (const file of plan.files) {
      yield { path: file.path, sizeBytes: file.sizeBytes, open: () => zip.open(file) };
    }
  } finally {
    zip.close();
  }
}

/** Pass 2 for those who look for certain files. */
export async function openZip(plan: ZipPlan): Promise<OpenZip> {
  const zip = await openArchive(plan.source);
  return { open: (file) => openFile(zip, file), close: () => zip.close() };
}

async function openFile(zip: ZipFile, file: PlannedFile): Promise<Readable> {
  const packed = await zip.openReadStreamPromise(file.entry, { decodeFileData: false }).catch((error) => {
    throw refuseArchive("damaged", "its data are not where the archive says", file.path, error);
  });
  const verified = verify(file);
  // Before pipeline(), so that the reader gets our words and not zlib's.
  const translate = (error: Error) => verified.destroy(toRefusal(error, file));
  packed.once("error", translate);
  if (file.entry.compressionMethod === 0) return pipeline(packed, verified, () => {});
  // Larger than zlib's 16 KiB: fewer turns of the event loop for large sheets.
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  inflate.once("error", translate);
  return pipeline(packed, inflate, verified, () => {});
}

/** Holds the content to its declared size and CRC-32. yauzl would check the first, not the second. */
function verify(file: PlannedFile): Transform {
  let size = 0;
  let checksum = 0;
  return new Transform({
    readableHighWaterMark: 256 * 1024,
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      checksum = crc32(chunk, checksum);
      if (size > file.sizeBytes)
        done(refuseArchive("size", `it is larger than the ${file.sizeBytes} bytes it declares`, file.path));
      else done(null, chunk);
    },
    flush(done) {
      if (size !== file.sizeBytes)
        done(refuseArchive("size", `it has ${size} bytes and declares ${file.sizeBytes}`, file.path));
      else if (checksum !== file.crc32) done(refuseArchive("checksum", "its checksum is wrong", file.path));
      else done();
    },
    // Where packed data end before their bytes do, no stream has an error of its own: only the pipeline breaks.
    destroy(error: NodeJS.ErrnoException | null, done) {
      done(error?.code?.startsWith("ERR_STREAM_") === true ? toRefusal(error, file) : error);
    },
  });
}

function toRefusal(error: NodeJS.ErrnoException, file: PlannedFile): Error {
  const isOurs = error.syscall !== undefined; // the file system's: not the archive's fault
  return isOurs ? error : refuseArchive("damaged", "its data are damaged", file.path, error);
}
