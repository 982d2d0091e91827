/** Four letters as the number that a little-endian look at their bytes gives. */
export function toWord(text: string): number {
  return Buffer.from(text).readUInt32LE();
}

/** Whether the expected bytes stand at `position`. */
export function startsWith(bytes: Buffer, position: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[position + i] !== expected[i]) return false;
  return true;
}
