/** Leaves room in a name's 255 bytes for everything around a mode. */
const MAX_BYTES = 120;

/** Anything that a caller says, as a part of a file's name: letters of any script, digits, `.` and `-` stay. */
export function toNamePart(text: string): string {
  const plain = text
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{M}\p{N}.-]+/gu, "_")
    .replaceAll(/^[_.]+|[_.]+$/g, "");
  return cutToBytes(plain, MAX_BYTES);
}

function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = "";
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}
