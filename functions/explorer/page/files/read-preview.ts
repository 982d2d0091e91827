import type { CubbyFile } from "../rules/folders.ts";
import { IMAGE_BYTES, imageType, type Preview, previewText, TEXT_BYTES } from "../rules/preview.ts";
import { client, inSession } from "../state/session.ts";

/** Reads as much of the file as its preview takes, straight from the storage. */
export async function readPreview(file: CubbyFile, signal: AbortSignal): Promise<Preview> {
  const image = imageType(file.name);
  if (image !== undefined && file.size_bytes > IMAGE_BYTES)
    return { kind: "none", why: "This picture is too large to show here." };
  if (file.size_bytes === 0) return { kind: "none", why: "This file is empty." };
  const bytes = await readBytes(file, image === undefined ? TEXT_BYTES : IMAGE_BYTES, signal);
  if (image !== undefined) return { kind: "image", bytes, type: image };
  return previewText(file.name, bytes, file.size_bytes > bytes.length);
}

async function readBytes(file: CubbyFile, atMost: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const params = inSession({ path: file.path });
  const { url } = await client.call("getFile", { params, query: { redirect: "false" }, signal });
  const response = await fetch(url, { headers: { range: `bytes=0-${atMost - 1}` }, signal });
  if (!response.ok) throw new Error(`The storage answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
