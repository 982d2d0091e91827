import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SettingError } from "../settings.ts";
import { readPieces } from "./read-pieces.ts";

/**
 * Writes the file's text as UTF-8, read as somebody said it is written; answers that encoding's own name. Bytes that
 * mean nothing in it are proof that it is another one.
 */
export async function transcodeAsSaid(path: string, label: string, target: string): Promise<string> {
  const decoder = new TextDecoder(label, { fatal: true });
  try {
    await pipeline(Readable.from(decode(path, decoder)), createWriteStream(target));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new SettingError("encoding", `Cannot read it as ${label}: some bytes of it are no such text`, { cause });
  }
  return decoder.encoding;
}

async function* decode(path: string, decoder: InstanceType<typeof TextDecoder>): AsyncGenerator<string> {
  for await (const piece of readPieces(path)) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}
