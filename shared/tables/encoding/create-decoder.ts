import { createUtf32Decoder } from "./utf32.ts";

/** A function from pieces of text in this encoding to text; called without bytes it gives what is left over. */
export function createDecoder(encoding: string): (bytes?: Uint8Array) => string {
  if (encoding === "utf-32le" || encoding === "utf-32be") return createUtf32Decoder(encoding);
  // A byte order mark was cut off before, and a second one would be a character of the text.
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return (bytes) => (bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode());
}
