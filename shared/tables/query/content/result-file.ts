import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { finished, pipeline } from "node:stream/promises";
import { resultTooLarge } from "../stream-limits.ts";
import type { FileContent } from "./content.ts";

/** A file that grows with a result, measured as it grows. */
export interface ResultFile {
  /** Throws `result_too_large` beyond the limit. */
  write(bytes: string | Uint8Array): Promise<void>;
  finish(): Promise<FileContent>;
  discard(): Promise<void>;
}

/** Opens a new file; nothing is there yet. */
export function createResultFile(path: string, maxBytes: number): ResultFile {
  const file: WriteStream = createWriteStream(path, { mode: 0o600, flags: "wx", highWaterMark: 256 * 1024 });
  const done = finished(file);
  done.catch(() => {}); // seen by whoever writes or finishes
  const hash: Hash = createHash("sha256");
  let sizeBytes = 0;
  return {
    write: async (bytes) => {
      const buffer = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
      sizeBytes += buffer.length;
      if (sizeBytes > maxBytes) throw resultTooLarge(maxBytes);
      hash.update(buffer);
      if (!file.write(buffer)) await Promise.race([once(file, "drain"), done]);
    },
    finish: async () => {
      file.end();
      await done;
      return { kind: "file", path, sizeBytes, sha256: hash.digest("hex") };
    },
    discard: async () => {
      file.destroy();
      await done.catch(() => {}); // it may only just be opening
      await rm(path, { force: true });
    },
  };
}

/** Measures a file that somebody else wrote. */
export async function measureFile(path: string): Promise<FileContent> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { kind: "file", path, sizeBytes: (await stat(path)).size, sha256: hash.digest("hex") };
}
