import type { CubbyFile } from "../rules/folders.ts";
import { IMAGE_BYTES, imageType, type Preview, previewText, TEXT_BYTES } from "../rules/preview.ts";
import { readBytes } from "../state/read-bytes.ts";

/** Reads as much of the file as its preview takes, straight from the storage. */
export async function readPreview(file: CubbyFile, signal: AbortSignal): Promise<Preview> {
  const image = imageType(file.name);
  if (image !== undefined && file.size_bytes > IMAGE_BYTES)
    return { kind: "none", why: "This picture is too large to show here." };
  if (file.size_bytes === 0) return { kind: "none", why: "This file is empty." };
  const bytes = await readBytes(file.path, image === undefined ? TEXT_BYTES : IMAGE_BYTES, signal);
  if (image !== undefined) return { kind: "image", bytes, type: image };
  return previewText(file.name, bytes, file.size_bytes > bytes.length);
}
