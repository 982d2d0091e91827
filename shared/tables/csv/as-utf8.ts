import { join } from "node:path";
import type { LoadTarget } from "../load-target.ts";
import { transcodeToUtf8 } from "./decode-text.ts";
import { type DetectedEncoding, detectEncoding } from "./detect-encoding.ts";
import { transcodeAsSaid } from "./given-encoding.ts";

export interface Utf8Text {
  /** The file itself where it is UTF-8 already, a transcoded copy otherwise. */
  path: string;
  /** Bytes of a byte order mark still in front of the text. */
  bomBytes: number;
  /** The file begins with a byte order mark, whether or not the text at `path` does. */
  hasByteOrderMark: boolean;
  /** What the file was found to be, or what it was said to be. */
  encoding: string;
  /** What speaks for that. */
  evidence: string;
  /** What is unsure about it. */
  warnings: readonly string[];
}

/** The file's text as UTF-8, whatever it was written in. */
export async function asUtf8({ localPath, temporaryDirectory, settings }: LoadTarget): Promise<Utf8Text> {
  const path = join(temporaryDirectory, "utf8.txt");
  if (settings.encoding !== undefined) {
    const encoding = await transcodeAsSaid(localPath, settings.encoding, path);
    const { bomBytes } = await detectEncoding(localPath);
    return { path, bomBytes: 0, hasByteOrderMark: bomBytes > 0, encoding, evidence: "as asked", warnings: [] };
  }
  const detected = await detectEncoding(localPath);
  const { encoding, evidence, bomBytes } = detected;
  const hasByteOrderMark = bomBytes > 0;
  if (encoding === "utf-8") return { path: localPath, bomBytes, hasByteOrderMark, encoding, evidence, warnings: [] };
  const undecoded = await transcodeToUtf8(localPath, detected, path);
  return {
    path,
    bomBytes: 0,
    hasByteOrderMark,
    encoding,
    evidence,
    warnings: encodingWarnings(detected, undecoded),
  };
}

function encodingWarnings({ encoding, legacy, rivals }: DetectedEncoding, undecoded: number): string[] {
  const warnings: string[] = [];
  if (encoding === "mixed") warnings.push(`Some lines are UTF-8 and others ${legacy}; each was read as what it is`);
  if (rivals.length > 0) {
    const others = rivals.join(" or ");
    warnings.push(`Read as ${legacy ?? encoding}, but it may be ${others}: give its encoding if words look wrong`);
  }
  if (undecoded > 0) {
    const characters = undecoded === 1 ? "1 character" : `${undecoded} characters`;
    warnings.push(`${characters} could not be read as ${legacy ?? encoding} and became U+FFFD`);
  }
  return warnings;
}
