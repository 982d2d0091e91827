import { createWriteStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileObjectKey } from "../../shared/aws/object-keys.ts";
import type { PreviewRequest, PreviewResponse } from "../../shared/contract/functions.ts";
import { fitReport } from "../../shared/tables/fit-report.ts";
import type { Beginning } from "../../shared/tables/preview/beginning.ts";
import { previewTables } from "../../shared/tables/preview/preview-tables.ts";
import { isIndivisible } from "../../shared/tables/preview/unpack-beginning.ts";
import type { ConvertDeps } from "./drain.ts";

/** So much of a text is read: some ten thousand rows, within a second. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_ROWS = 2000;
const MAX_REPORT_BYTES = 500_000;

/** What a conversion would make of a file. Takes no lease and stores nothing; a large file is read at its beginning. */
export async function previewFile(deps: ConvertDeps, { preview }: PreviewRequest): Promise<PreviewResponse> {
  const { path, sheet, settings } = preview;
  const directory = await mkdtemp(join(deps.temporaryDirectory, "preview-"));
  try {
    const localPath = join(directory, "source");
    const fetched = await fetchBeginning(deps, preview, localPath);
    if (fetched === undefined) {
      return { ok: false, problem: { code: "conflict", detail: `Cannot preview "${path}": it was just replaced` } };
    }
    const beginning: Beginning = { maxBytes: MAX_BYTES, maxRows: MAX_ROWS, ...fetched };
    if (sheet !== undefined) beginning.sheet = sheet;
    const file = { path, localPath, sizeBytes: (await stat(localPath)).size, settings };
    const now = deps.clock.now();
    const { report, complete, tables } = await previewTables({ file, beginning, now, temporaryDirectory: directory });
    return { ok: true, report: { ...fitReport(report, MAX_REPORT_BYTES) }, complete, tables };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Fetches the beginning, or all of what can only be read as a whole; undefined when this content is not there. */
async function fetchBeginning(
  deps: ConvertDeps,
  { session_id, path, etag }: PreviewRequest["preview"],
  localPath: string,
): Promise<Pick<Beginning, "isWhole"> | undefined> {
  const key = fileObjectKey(session_id, path);
  const object = await deps.bucket.find(key);
  if (object === undefined || object.etag !== etag) return undefined;
  const isWhole = object.sizeBytes <= MAX_BYTES;
  const fetch = async (options: { etag: string; firstBytes?: number }) => {
    const read = await deps.bucket.read(key, options);
    if (read !== undefined) await pipeline(read.body, createWriteStream(localPath));
    return read !== undefined;
  };
  if (!(await fetch(isWhole ? { etag } : { etag, firstBytes: MAX_BYTES }))) return undefined;
  if (isWhole || !(await isIndivisibleFile(localPath))) return { isWhole };
  return (await fetch({ etag })) ? { isWhole: true } : undefined;
}

async function isIndivisibleFile(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return isIndivisible(buffer);
}
