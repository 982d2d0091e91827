/**
 * Bytes of a text in an old encoding: Node decodes these and encodes none, so its decoder is asked what each byte, and each
 * pair of bytes, means.
 */
export function encodeLegacy(text: string, encoding: string): Buffer {
  const bytesOf = tableOf(encoding);
  return Buffer.concat(
    [...text].map((character) => {
      const bytes = bytesOf.get(character);
      if (bytes === undefined) throw new Error(`Cannot write "${character}" in ${encoding}`);
      return bytes;
    }),
  );
}

const tables = new Map<string, ReadonlyMap<string, Buffer>>();

function tableOf(encoding: string): ReadonlyMap<string, Buffer> {
  const known = tables.get(encoding);
  if (known !== undefined) return known;
  const table = new Map<string, Buffer>();
  const add = (...bytes: number[]) => {
    const character = new TextDecoder(encoding).decode(Buffer.from(bytes));
    if ([...character].length === 1 && character !== "\ufffd" && !table.has(character))
      table.set(character, Buffer.from(bytes));
  };
  for (let byte = 0; byte < 256; byte++) add(byte);
  for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) add(lead, trail);
  tables.set(encoding, table);
  return table;
}
