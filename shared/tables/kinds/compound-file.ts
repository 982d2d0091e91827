import { createReadStream } from "node:fs";

/** Old Excel files and encrypted new ones begin so: known by name to people, closed to us. */
const signature = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/** True for the first bytes of an OLE compound file. */
export function isCompoundFile(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).equals(signature);
}

/** Why a compound file is no workbook that can be read, as a sentence without its beginning: `it has a password`. */
export async function explainCompoundFile(localPath: string): Promise<string> {
  const isEncrypted = await holds(localPath, Buffer.from("EncryptedPackage", "utf16le"));
  return isEncrypted
    ? "it is encrypted; save it as .xlsx without a password"
    : "it is of the old .xls kind; save it as .xlsx";
}

/** True when the bytes stand anywhere in the file: the directory that names its streams can be scattered over it. */
async function holds(localPath: string, wanted: Buffer): Promise<boolean> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(localPath, { highWaterMark: 1024 * 1024 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    if (bytes.includes(wanted)) return true;
    rest = bytes.subarray(-wanted.length);
  }
  return false;
}
