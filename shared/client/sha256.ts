import { readRange, type UploadSource } from "./upload-source.ts";

/**
 * SHA-256 of all of it, in hexadecimal digits. Undefined where nothing can tell: pages over plain HTTP and React Native
 * have no `crypto.subtle`, and by hand it would keep a telephone busy.
 */
export async function sha256Hex(content: UploadSource): Promise<string | undefined> {
  const { crypto } = globalThis as { crypto?: { subtle?: Pick<typeof globalThis.crypto.subtle, "digest"> } };
  if (crypto?.subtle === undefined) return undefined;
  const bytes = await readRange(content, 0, content.size);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
