import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Reject } from "../report.ts";

export interface KeptLines {
  kept: number;
  rejected: number;
}

/**
 * Writes the lines that are objects by themselves, for files of one object a line some of which are broken. The others
 * are handed over with why. An object in which a name comes twice is kept: what loads the lines refuses it.
 */
export async function keepObjectLines(
  path: string,
  offset: number,
  { target, onReject }: { target: string; onReject: (reject: Reject) => Promise<void> },
): Promise<KeptLines> {
  const counts = { kept: 0, rejected: 0 };
  async function* lines(): AsyncGenerator<string> {
    let line = 0;
    for await (const raw of createInterface({
      input: createReadStream(path, { start: offset }),
      crlfDelay: Infinity,
    })) {
      line++;
      if (raw.trim() === "") continue;
      const reason = whyRejected(raw);
      if (reason === undefined) {
        counts.kept++;
        yield `${raw}\n`;
      } else {
        counts.rejected++;
        await onReject({ line, raw, reason });
      }
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(target));
  return counts;
}

function whyRejected(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? undefined : "it is no object";
  } catch {
    return "it is not valid JSON";
  }
}
