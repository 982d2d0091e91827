import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { decodeFile } from "../csv/decode-text.ts";
import type { Reject } from "../report.ts";
import { hasDoubledName } from "./doubled-name.ts";
import { splitElements, splitLines, type TextPiece } from "./split-objects.ts";

export interface KeptObjects {
  kept: number;
  rejected: number;
}

export interface KeepOptions {
  /** The objects stand in an array, or one on each line. */
  form: "array" | "lines";
  /** Bytes of a byte order mark. */
  bomBytes: number;
  /** Where the objects go, one a line. */
  target: string;
  onReject: (reject: Reject) => Promise<void>;
}

/** Writes down the objects of a damaged file that stand by themselves; the rest is handed over with why. */
export async function keepObjects(
  path: string,
  { form, bomBytes, target, onReject }: KeepOptions,
): Promise<KeptObjects> {
  const counts = { kept: 0, rejected: 0 };
  const texts = decodeFile(path, { encoding: "utf-8", bomBytes });
  async function* lines(): AsyncGenerator<string> {
    for await (const whole of form === "array" ? splitElements(texts) : splitLines(texts)) {
      for (const { text, line } of standing(whole)) {
        const reason = whyRejected(text);
        if (reason === undefined) {
          counts.kept++;
          // Outside of texts, where none can be, a line break is but a space.
          yield `${text.replace(/[\r\n]+/g, " ")}\n`;
        } else {
          counts.rejected++;
          await onReject({ line, raw: text, reason });
        }
      }
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(target));
  return counts;
}

/**
 * An element that is broken may have swallowed those behind it. Where its lines are objects by themselves, as deep in
 * the text as its first one, they were elements of their own.
 */
function standing(piece: TextPiece): TextPiece[] {
  if (!piece.text.includes("\n") || isValid(piece.text)) return [piece];
  const pieces: TextPiece[] = [];
  for (const [index, each] of piece.text.split("\n").entries()) {
    const text = withoutComma(each);
    const last = pieces.at(-1);
    const isDeeper = last !== undefined && indentOf(text) > piece.indent;
    if (isDeeper) last.text += `\n${each}`;
    // The end of the array is behind its last element.
    else if (text !== "" && text !== "]") pieces.push({ ...piece, text: text.trim(), line: piece.line + index });
  }
  return pieces.some(({ text }) => isValid(text)) ? pieces : [piece];
}

function withoutComma(line: string): string {
  return line.replace(/\s*,?\s*$/, "");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isValid(text: string): boolean {
  return whyRejected(text) === undefined;
}

function whyRejected(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is no object";
  } catch {
    return "it is not valid JSON";
  }
  return hasDoubledName(text) ? "a name comes twice in it" : undefined;
}
