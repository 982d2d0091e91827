import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { AppError } from "../../shared/errors.ts";
import { flattenEntryNames } from "../../shared/files/zip-flatten.ts";
import { readZipEntries } from "../../shared/files/zip-entries.ts";
import { planZip, type ZipPlan } from "../../shared/files/zip-plan.ts";

const LIMITS = { maxEntries: 10_000, maxExpandedBytes: 1e9 };
const LOCAL_FILE_HEADER = Buffer.from("PK\u0003\u0004");
const EMPTY_ARCHIVE = Buffer.from("PK\u0005\u0006");

/** A ZIP by name and by content; workbooks are ZIPs too, but are not called so. */
export function isZip(name: string, content: Buffer): boolean {
  const magic = content.subarray(0, 4);
  return /\.zip$/i.test(name) && (magic.equals(LOCAL_FILE_HEADER) || magic.equals(EMPTY_ARCHIVE));
}

/**
 * Hands each file of the archive to `onFile`, with a name for a flat folder, and all of them to `onPlan` before. A bad
 * archive is refused whole: every byte is checked before the first file is handed on.
 */
export async function unpackZip(
  content: Buffer,
  onPlan: (files: readonly { sizeBytes: number }[]) => Promise<void>,
  onFile: (file: { name: string; sizeBytes: number }, open: () => Promise<Readable>) => Promise<void>,
): Promise<void> {
  const plan = await planZip({ buffer: content }, LIMITS);
  if (plan.files.length === 0) throw new AppError("archive_refused", "Cannot unpack the archive: it holds no file");
  await verify(plan);
  await onPlan(plan.files);
  const names = flattenEntryNames(plan.files.map((file) => file.path));
  for await (const entry of readZipEntries(plan)) {
    const name = names.get(entry.path) ?? entry.path;
    await onFile({ name, sizeBytes: entry.sizeBytes }, () => entry.open());
  }
}

async function verify(plan: ZipPlan): Promise<void> {
  for await (const entry of readZipEntries(plan)) {
    const stream = await entry.open();
    await finished(stream.resume());
  }
}
