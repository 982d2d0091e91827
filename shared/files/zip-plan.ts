import { open } from "node:fs/promises";
import * as yauzl from "yauzl";
import { isAppError } from "../errors.ts";
import { FileStart } from "./zip-length.ts";
import { checkEntryKind, decodeEntryName, findNameFault, isClutter, refuseArchive } from "./zip-rules.ts";

/** A ZIP on disk, in a file or in its first `length` bytes, or in memory. */
export type ZipSource = { path: string; length?: number } | { buffer: Buffer };

/** What an archive may hold before it is refused. */
export interface ZipLimits {
  maxEntries: number;
  /** For all files together, as declared; reading them holds each to what it declared. */
  maxExpandedBytes: number;
  /**
   * For formats that merely use ZIP as a container (XLSX), where names are looked up and never become paths:
   * some writers put `xl\workbook.xml` or `/xl/workbook.xml` there.
   */
  isContainer?: boolean;
}

/** One file that may be unpacked. */
export interface PlannedFile {
  /** Inside the archive, NFC, parts separated by `/`. */
  path: string;
  sizeBytes: number;
  crc32: number;
  /** What yauzl needs to find the data again. */
  entry: yauzl.Entry;
}

/** What pass 1 found: every file, none of them suspicious as far as the central directory can tell. */
export interface ZipPlan {
  source: ZipSource;
  files: PlannedFile[];
  totalBytes: number;
  /** Paths of `__MACOSX/`, `.DS_Store` and `Thumbs.db`, which are left out. */
  skipped: string[];
}

/**
 * Pass 1 over an archive: reads the central directory alone and refuses the archive, whole, when anything in
 * it is not as it must be (`archive_refused`, with the entry and the rule). No data is unpacked yet.
 */
export async function planZip(source: ZipSource, limits: ZipLimits): Promise<ZipPlan> {
  const zip = await openArchive(source);
  try {
    const entries = await readEntries(zip, limits);
    await checkDirectoryEnd(source, zip);
    checkOverlaps(entries, zip.fileSize);
    return toPlan(source, entries, limits);
  } catch (error) {
    throw isAppError(error) ? error : refuseArchive("damaged", "its directory is damaged", undefined, error);
  } finally {
    zip.close();
  }
}

/** Opens the container; throws `archive_refused` when it is no ZIP or cut short. */
export async function openArchive(source: ZipSource): Promise<yauzl.ZipFile> {
  // Names and sizes are checked here and in zip-entries.ts, where a refusal can say which entry it is about.
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: false };
  try {
    const zip = await openSource(source, options);
    zip.on("error", () => {}); // closing the file can fail; there is nobody left to tell
    return zip;
  } catch (error) {
    if (error instanceof Error && "code" in error) throw error; // the file system's, not the archive's
    throw refuseArchive("damaged", "it is no ZIP file, or not all of one", undefined, error);
  }
}

function openSource(source: ZipSource, options: yauzl.Options): Promise<yauzl.ZipFile> {
  if ("buffer" in source) return yauzl.fromBufferPromise(source.buffer, options);
  if (source.length === undefined) return yauzl.openPromise(source.path, options);
  return yauzl.fromRandomAccessReaderPromise(new FileStart(source.path), source.length, options);
}

interface NamedEntry {
  name: string;
  entry: yauzl.Entry;
}

async function readEntries(zip: yauzl.ZipFile, limits: ZipLimits): Promise<NamedEntry[]> {
  if (zip.entryCount > limits.maxEntries) {
    throw refuseArchive("too_many_entries", `it holds ${zip.entryCount} entries, ${limits.maxEntries} are allowed`);
  }
  const entries: NamedEntry[] = [];
  for await (const entry of zip.eachEntry()) {
    const name = toName(entry, limits);
    checkEntryKind(entry, name);
    entries.push({ name, entry: withoutText(entry) });
  }
  return entries;
}

function toName(entry: yauzl.Entry, limits: ZipLimits): string {
  const decoded = decodeEntryName(entry);
  const name = limits.isContainer ? decoded.replaceAll("\\", "/").replace(/^\/+/, "") : decoded;
  const fault = findNameFault(name);
  if (fault !== undefined) throw refuseArchive("name", fault, name);
  return name;
}

/** Lets go of comments and extra fields, of which an archive can carry far more than it has data. */
function withoutText(entry: yauzl.Entry): yauzl.Entry {
  const { compressedSize, uncompressedSize, compressionMethod, crc32, relativeOffsetOfLocalHeader } = entry;
  const located = { compressedSize, uncompressedSize, compressionMethod, crc32, relativeOffsetOfLocalHeader };
  const { generalPurposeBitFlag, fileNameLength } = entry;
  return Object.assign(new yauzl.Entry(), located, { generalPurposeBitFlag, fileNameLength });
}

/** A count smaller than the directory hides entries from us that another program would unpack. */
async function checkDirectoryEnd(source: ZipSource, zip: yauzl.ZipFile): Promise<void> {
  const signature = await readSignature(source, Number(zip.readEntryCursor));
  if (signature === 0x02014b50) throw refuseArchive("damaged", "it holds more entries than it says");
}

async function readSignature(source: ZipSource, position: number): Promise<number> {
  if ("buffer" in source) return source.buffer.readUInt32LE(position);
  const file = await open(source.path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, position);
    return buffer.readUInt32LE(0);
  } finally {
    await file.close();
  }
}

/** Two entries that share data can make a small archive endless; honest writers never do it. */
function checkOverlaps(entries: NamedEntry[], fileSize: number): void {
  let end = 0;
  const starts = entries.toSorted((a, b) => startOf(a) - startOf(b));
  for (const named of starts) {
    if (startOf(named) < end) throw refuseArchive("overlap", "it shares its data with another entry", named.name);
    // The local header's extra field is not known yet: this is the least an entry can occupy.
    end = startOf(named) + 30 + named.entry.fileNameLength + named.entry.compressedSize;
    if (end > fileSize) throw refuseArchive("damaged", "its data reach beyond the end of the archive", named.name);
  }
}

function startOf({ entry }: NamedEntry): number {
  return entry.relativeOffsetOfLocalHeader;
}

function toPlan(source: ZipSource, entries: NamedEntry[], limits: ZipLimits): ZipPlan {
  const plan: ZipPlan = { source, files: [], totalBytes: 0, skipped: [] };
  const seen = new Set<string>();
  for (const { name, entry } of entries) {
    // Not a full case folding on purpose: that would make Straße and STRASSE one.
    const folded = name.toLowerCase();
    if (seen.has(folded)) throw refuseArchive("duplicate", "another entry has the same name", name);
    seen.add(folded);
    plan.totalBytes += entry.uncompressedSize;
    if (plan.totalBytes > limits.maxExpandedBytes) {
      throw refuseArchive("too_large", `its files come to more than ${limits.maxExpandedBytes} bytes`, name);
    }
    if (isClutter(name)) plan.skipped.push(name);
    else if (!name.endsWith("/")) plan.files.push(toFile(name, entry));
  }
  return plan;
}

function toFile(path: string, entry: yauzl.Entry): PlannedFile {
  return { path, sizeBytes: entry.uncompressedSize, crc32: entry.crc32, entry };
}
