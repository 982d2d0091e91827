import { createWriteStream } from "node:fs";
import { open, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { inspectText, readText } from "../csv/inspect-text.ts";
import { RecordParser } from "../csv/parse-records.ts";
import type { FileTarget } from "../read-tables.ts";
import type { FileKind } from "../report.ts";
import { settingsFor } from "../settings.ts";
import type { Beginning } from "./beginning.ts";
import { wholeElements } from "./whole-elements.ts";

/** What is different about a target that was cut; `encoding` is that of the file, where the text has another now. */
type Cut = Partial<Pick<FileTarget, "localPath" | "settings">> & { encoding?: string };

/** Leaves out what the cut through a file made of the record, or the element, that it went through. */
export async function keepWhole(kind: FileKind, target: FileTarget, { isWhole }: Beginning): Promise<Cut> {
  if (isWhole) return {};
  if (kind === "delimited") return keepRecords(target);
  if (kind === "json") await writeFile(target.localPath, wholeElements(await readFile(target.localPath)));
  return {};
}

async function keepRecords(target: FileTarget): Promise<Cut> {
  await cutAtLineBreak(target.localPath);
  const settings = settingsFor(target.settings);
  const names = { table: "", nameRejects: () => "" };
  const { text, dialect } = await inspectText({ ...target, ...names, settings });
  const parser = new RecordParser(dialect);
  let end = 0;
  for await (const piece of readText(text)) for (const record of parser.push(piece)) end = record.end;
  if (end === 0) return {};
  const localPath = join(target.temporaryDirectory, "beginning.txt");
  await pipeline(Readable.from(upTo(readText(text), end)), createWriteStream(localPath));
  return { localPath, settings: [{ ...settings, encoding: "utf-8" }], encoding: text.encoding };
}

/** Within a character nobody could tell the encoding. */
async function cutAtLineBreak(path: string): Promise<void> {
  await using file = await open(path, "r+");
  const { size } = await file.stat();
  const length = Math.min(size, 2 ** 20);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  const at = buffer.lastIndexOf(10);
  if (at < 0) return;
  await truncate(path, size - length + at + widthOfLineFeed(buffer, at));
}

/** In bytes from itself on: with their low byte first, UTF-16 and UTF-32 have zeros behind it. */
function widthOfLineFeed(bytes: Buffer, at: number): number {
  if (bytes[at + 1] !== 0) return 1;
  if (bytes[at + 2] === 0 && bytes[at + 3] === 0) return 4;
  return at + 2 >= bytes.length || bytes[at + 3] === 0 ? 2 : 1;
}

async function* upTo(pieces: AsyncIterable<string>, end: number): AsyncGenerator<string> {
  let rest = end;
  for await (const piece of pieces) {
    if (rest <= 0) return;
    yield piece.slice(0, rest);
    rest -= piece.length;
  }
}
