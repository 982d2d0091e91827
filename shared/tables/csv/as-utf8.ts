import { join } from "node:path";
import type { LoadTarget } from "../load-target.ts";
import { transcodeToUtf8 } from "./decode-text.ts";
import { type DetectedEncoding, detectEncoding } from "./detect-encoding.ts";

export interface Utf8Text {
  /** The file itself where it is UTF-8 already, a transcoded copy otherwise. */
  path: string;
  /** Bytes of a byte order mark still in front of the text. */
  bomBytes: number;
  /** What the file was found to be. */
  detected: DetectedEncoding;
}

/** The file's text as UTF-8, whatever it was written in. */
export async function asUtf8({ localPath, temporaryDirectory }: LoadTarget): Promise<Utf8Text> {
  const detected = await detectEncoding(localPath);
  if (detected.encoding === "utf-8") return { path: localPath, bomBytes: detected.bomBytes, detected };
  const path = join(temporaryDirectory, "utf8.txt");
  await transcodeToUtf8(localPath, detected, path);
  return { path, bomBytes: 0, detected };
}
