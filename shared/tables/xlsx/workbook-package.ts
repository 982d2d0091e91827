import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { isAppError } from "../../errors.ts";
import { findZipLength } from "../../files/zip-length.ts";
import { type OpenZip, openZip } from "../../files/zip-entries.ts";
import { type PlannedFile, planZip } from "../../files/zip-plan.ts";
import { explainCompoundFile, isCompoundFile } from "../kinds/compound-file.ts";
import { unreadable } from "./unreadable.ts";

/**
 * A workbook's declared sizes may come to this. More than for archives, because nothing of it is ever written
 * to disk: a million rows by twenty columns are 1 GB of XML in a 100 MB file.
 */
const limits = { maxEntries: 10_000, maxExpandedBytes: 2e9, isContainer: true };

/** The parts of a workbook, by their paths without regard to case. */
export class WorkbookPackage {
  readonly #zip: OpenZip;
  readonly #parts: Map<string, PlannedFile>;

  constructor(zip: OpenZip, parts: Map<string, PlannedFile>) {
    this.#zip = zip;
    this.#parts = parts;
  }

  has(path: string): boolean {
    return this.#parts.has(path.toLowerCase());
  }

  /** The content of a part, or undefined where there is none of that path. */
  async find(path: string): Promise<Readable | undefined> {
    const part = this.#parts.get(path.toLowerCase());
    if (part === undefined) return undefined;
    return await this.#zip.open(part).catch((error: unknown) => {
      throw asUnreadable(error);
    });
  }

  close(): void {
    this.#zip.close();
  }
}

/** Opens a workbook's container by the same plan as any archive; close it in the end. */
export async function openWorkbookPackage(localPath: string): Promise<WorkbookPackage> {
  await refuseCompoundFile(localPath);
  try {
    // Excel opens a workbook with something behind its end, which a download left there.
    const length = await findZipLength(localPath);
    const plan = await planZip({ path: localPath, ...(length !== undefined && { length }) }, limits);
    const parts = new Map(plan.files.map((file) => [file.path.toLowerCase(), file]));
    return new WorkbookPackage(await openZip(plan), parts);
  } catch (error) {
    throw asUnreadable(error);
  }
}

/** Tells a refused container as what it is here: a workbook that cannot be read. Other errors stay as they are. */
export function asUnreadable(error: unknown): unknown {
  if (!isAppError(error, "archive_refused")) return error;
  const reason = error.message.replace("Cannot unpack the archive: ", "");
  return unreadable(reason, error);
}

async function refuseCompoundFile(localPath: string): Promise<void> {
  const file = await open(localPath);
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    if (isCompoundFile(buffer)) throw unreadable(await explainCompoundFile(localPath));
  } finally {
    await file.close();
  }
}
