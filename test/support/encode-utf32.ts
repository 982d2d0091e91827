/** Text in four bytes a character; what is no letter of Unicode by itself stands as it is. */
export function encodeUtf32(text: string, encoding: "utf-32le" | "utf-32be"): Buffer {
  const letters = [...text];
  const bytes = Buffer.alloc(letters.length * 4);
  for (const [at, letter] of letters.entries()) {
    const code = letter.codePointAt(0) ?? 0;
    if (encoding === "utf-32le") bytes.writeUInt32LE(code, at * 4);
    else bytes.writeUInt32BE(code, at * 4);
  }
  return bytes;
}
