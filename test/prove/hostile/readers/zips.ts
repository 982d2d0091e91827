import { buffer } from "node:stream/consumers";
import { isAppError } from "../../../../shared/errors.ts";
import { readZipEntries } from "../../../../shared/files/zip-entries.ts";
import { planZip } from "../../../../shared/files/zip-plan.ts";
import { findNameFault } from "../../../../shared/files/zip-rules.ts";
import { writeZip } from "../../../support/zip-writer.ts";
import { assertReason, Finding, type ReaderFamily, stateless } from "../reader.ts";

const limits = { maxEntries: 1000, maxExpandedBytes: 4_000_000 };

const seeds = [
  writeZip([
    { name: "a.csv", data: "x,y\n1,2\n" },
    { name: "b/", method: 0, mode: 0o040755 },
    { name: "b/c.txt", data: "c" },
  ]),
  writeZip([{ name: "a", data: "1".repeat(5000), isZip64: true }], { isZip64: true, comment: "made by hand" }),
  writeZip([
    { name: "Größe.csv", data: "1", flags: 0 },
    { name: "stored", data: "abc", method: 0 },
  ]),
];
const words = [
  "PK\x01\x02",
  "PK\x03\x04",
  "PK\x05\x06",
  "PK\x06\x06",
  "PK\x06\x07",
  "PK\x07\x08",
  "../",
  "/",
  "C:",
  "\\",
  "\0",
];

/** What is unpacked has the size and the checksum that the archive says, a name that is one, and comes to no more than allowed. */
export const zips: ReaderFamily = {
  name: "zip plan",
  share: 18,
  open: async () => stateless({ seeds, words: words.map((word) => Buffer.from(word, "latin1")) }, read),
};

async function read(bytes: Buffer): Promise<string> {
  try {
    const plan = await planZip({ buffer: bytes }, limits);
    let total = 0;
    for await (const entry of readZipEntries(plan)) {
      const fault = findNameFault(entry.path);
      if (fault !== undefined) throw new Finding(`unpacked ${JSON.stringify(entry.path)}: ${fault}`);
      total += (await buffer(await entry.open())).length;
    }
    if (total > limits.maxExpandedBytes) throw new Finding(`unpacked ${total} bytes`);
    return "read";
  } catch (error) {
    if (isAppError(error, "archive_refused")) return assertReason(error.code, error.message);
    throw error;
  }
}
