const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** JSON that was cut off, up to its last whole element: of its array, or of its values one after the other. */
export function wholeElements(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte === OPEN_ARRAY || byte === OPEN_OBJECT);
  const isArray = bytes[start] === OPEN_ARRAY;
  const end = endOfElements(bytes, start, isArray ? 1 : 0);
  return isArray ? Buffer.concat([bytes.subarray(0, end), Buffer.from("]")]) : bytes.subarray(0, end);
}

/** Where the last element ends at this depth that is known to be whole. */
function endOfElements(bytes: Buffer, start: number, depthOfElements: number): number {
  let end = start + depthOfElements;
  let depth = 0;
  let isInText = false;
  for (let at = Math.max(start, 0); at < bytes.length; at++) {
    const byte = bytes[at];
    if (isInText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      depth--;
      if (depth === depthOfElements) end = at + 1;
    } else if (byte === COMMA && depth === 1 && depthOfElements === 1) end = at;
  }
  return end;
}
