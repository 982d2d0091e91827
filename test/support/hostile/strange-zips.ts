import { deflateRawSync } from "node:zlib";
import { writeZip, type ZipWriterEntry } from "../zip-writer.ts";
import { bytesOf, type Expectation, type FileCase, refused } from "./case.ts";

const says = (words: string) => refused("archive_refused", words);
const zip = (name: string, bytes: Buffer, expect: Expectation): FileCase => ({ name, ending: ".zip", bytes, expect });
const of = (name: string, entries: ZipWriterEntry[], expect: Expectation) => zip(name, writeZip(entries), expect);
const unpacked = (files: Record<string, string>): Expectation => ({ is: "unpacked", files });
const kept = (name: string, as = name) =>
  of(`the harmless name ${JSON.stringify(name)}`, [{ name, data: "1" }], unpacked({ [as]: "1" }));

/** As an archive has it whose first byte of "made by" names this system. */
function madeBy(system: number, entries: ZipWriterEntry[]): Buffer {
  const bytes = writeZip(entries);
  for (let at = bytes.indexOf("PK\x01\x02"); at >= 0; at = bytes.indexOf("PK\x01\x02", at + 4)) bytes[at + 5] = system;
  return bytes;
}

function changed(bytes: Buffer, at: number, ...values: number[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [index, value] of values.entries()) copy[at + index] = value;
  return copy;
}

const honest = writeZip([{ name: "a.txt", data: "first" }]);
const honest64 = writeZip([{ name: "a.txt", data: "first", isZip64: true }], { isZip64: true });
const end = honest.lastIndexOf("PK\x05\x06");
const end64 = honest64.lastIndexOf("PK\x06\x06");
const locator = honest64.lastIndexOf("PK\x06\x07");
const ones = Array.from({ length: 8 }, () => 0xff);

/** Each entry's data begin with the local header of the next one, which a reader takes for packed data: Fifield's quoting. */
function quoted(count: number): Buffer {
  const size = 1000;
  const kernel = deflateRawSync(Buffer.alloc(size));
  const one = writeZip([{ name: "0", packed: kernel, declaredSize: size }]);
  const header = one.subarray(0, one.indexOf("PK\x01\x02"));
  const entries: ZipWriterEntry[] = Array.from({ length: count }, (_, at) => {
    const length = Buffer.alloc(4);
    length.writeUInt16LE(header.length, 0);
    length.writeUInt16LE(~header.length & 0xffff, 2);
    return {
      name: `${at}`,
      packed: Buffer.concat([Buffer.of(0), length, header]),
      declaredPackedSize: header.length * (count - at),
      declaredSize: size * count,
    };
  });
  return writeZip(entries);
}

const names: FileCase[] = [
  kept("..\uff0fa.txt"),
  kept("..\u2215a.txt"),
  kept("..%2fa.txt"),
  kept("~/.ssh/config", "config"),
  kept(".git/hooks/post-checkout", "post-checkout"),
  kept("CON.txt"),
  kept("a.txt."),
  kept(`${"d/".repeat(1000)}a.txt`, "a.txt"),
  kept("\u202egnp.txt"),
  kept("a.txt ", "a.txt "),
  of("the name file:///etc/passwd", [{ name: "file:///etc/passwd", data: "1" }], says("empty part")),
  of("a name of 65,535 bytes", [{ name: "x".repeat(65_535), data: "1" }], says("longer than 255")),
  of(
    "a way out in a folder alone",
    [
      { name: "../", method: 0, mode: 0o040755 },
      { name: "a", data: "1" },
    ],
    says("leads out"),
  ),
  of(
    "a file through a link",
    [
      { name: "a", data: "/etc", mode: 0o120777 },
      { name: "a/passwd", data: "1" },
    ],
    says("it is "),
  ),
  of(
    "a file and a folder of one name",
    [
      { name: "a", data: "1" },
      { name: "a/", method: 0, mode: 0o040755 },
    ],
    unpacked({ a: "1" }),
  ),
  of(
    "a file and a file within it",
    [
      { name: "a", data: "1" },
      { name: "a/b", data: "2" },
    ],
    unpacked({ a: "1", b: "2" }),
  ),
  of(
    "dotless and dotted",
    [
      { name: "ı.txt", data: "1" },
      { name: "i.txt", data: "2" },
    ],
    unpacked({ "ı.txt": "1", "i.txt": "2" }),
  ),
  of(
    "a ligature and its letters",
    [
      { name: "ﬁ.txt", data: "1" },
      { name: "fi.txt", data: "2" },
    ],
    unpacked({ "ﬁ.txt": "1", "fi.txt": "2" }),
  ),
  zip("a link made on a Mac", madeBy(19, [{ name: "a", data: "/etc", mode: 0o120777 }]), says("it is ")),
  zip("a link made on DOS", madeBy(0, [{ name: "a", data: "/etc", mode: 0o120777 }]), { is: "reviewed" }),
  zip("a local name that is another one", changed(honest, 30, 0x2e, 0x2e, 0x2f), unpacked({ "a.txt": "first" })),
  zip("a local name that is longer", changed(honest, 26, 9), { is: "reviewed" }),
];

const structures: FileCase[] = [
  zip("files that quote each other's headers", quoted(50), says("")),
  zip(
    "65,536 entries by what it says",
    writeZip([{ name: "a", data: "1" }], { entryCount: 65_536, isZip64: true }),
    says("65536 entries"),
  ),
  zip("a second disk", changed(honest, end + 4, 1, 0, 1, 0), { is: "reviewed" }),
  zip("a directory on another disk", changed(honest, end + 6, 5), unpacked({ "a.txt": "first" })),
  zip("a directory longer than it is", changed(honest, end + 12, 0xff, 0xff), unpacked({ "a.txt": "first" })),
  zip("a directory that begins too soon", changed(honest, end + 16, 1), says("")),
  zip("a directory beyond the end", changed(honest, end + 16, 0xff, 0xff, 0xff), says("")),
  zip("a directory whose first entry is none", changed(honest, honest.indexOf("PK\x01\x02"), 0), says("")),
  zip("2⁶⁴ entries", changed(honest64, end64 + 32, ...ones), says("")),
  zip("a ZIP64 directory of 2⁶⁴ bytes", changed(honest64, end64 + 40, ...ones), unpacked({ "a.txt": "first" })),
  zip("a ZIP64 directory at 2⁶⁴", changed(honest64, end64 + 48, ...ones), says("")),
  zip("a ZIP64 end at 2⁶⁴", changed(honest64, locator + 8, ...ones), says("")),
  zip("a ZIP64 end that is none", changed(honest64, end64, 0), says("")),
  zip("a ZIP64 end without its locator", changed(honest64, locator, 0), says("")),
  zip("a ZIP64 end of no length", changed(honest64, end64 + 4, 0, 0), unpacked({ "a.txt": "first" })),
  zip("the mark of a split archive in front", bytesOf("PK\x07\x08", honest), { is: "reviewed" }),
  zip("a ZIP64 extra field cut short", writeZip([{ name: "a", data: "1", extra: Buffer.of(1, 0, 8, 0) }]), says("")),
  zip(
    "the extra field of AES",
    writeZip([{ name: "a", data: "1", method: 99, extra: Buffer.of(1, 0x99, 7, 0, 2, 0, 0x41, 0x45, 3, 8, 0) }]),
    says("method 99"),
  ),
  zip(
    "a comment of 65,535 bytes",
    writeZip([{ name: "a.txt", data: "1" }], { comment: "c".repeat(65_535) }),
    unpacked({ "a.txt": "1" }),
  ),
  zip(
    "a comment on an entry",
    writeZip([{ name: "a.txt", data: "1", comment: Buffer.from("../x") }]),
    unpacked({ "a.txt": "1" }),
  ),
  zip(
    "an archive in its own comment",
    writeZip([{ name: "a.txt", data: "1" }], { comment: honest.toString("latin1") }),
    { is: "reviewed" },
  ),
];

const stored = (length: number) => Buffer.of(0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff);
const packedAs = (name: string, packed: Buffer, declaredSize: number, expect: Expectation) =>
  of(name, [{ name: "a.txt", packed, declaredSize }], expect);

const streams: FileCase[] = [
  packedAs("packed data that end before they are all", bytesOf(deflateRawSync("x"), "garbage"), 1, { is: "reviewed" }),
  packedAs("a million empty blocks", Buffer.concat(Array.from({ length: 200_000 }, () => stored(0))), 1, says("")),
  packedAs("a distance before the beginning", Buffer.of(0x4b, 0x04, 0x12, 0x00), 300, says("")),
  packedAs("a block of the type that is none", Buffer.of(0x07, 0, 0, 0), 3, says("damaged")),
  packedAs("a length that is not its own opposite", Buffer.of(1, 5, 0, 5, 0, 1, 2, 3, 4, 5), 5, says("damaged")),
  packedAs("packed data of nothing", Buffer.alloc(0), 0, { is: "reviewed" }),
  of(
    "a size of nothing and data",
    [{ name: "a.txt", data: "12345", method: 0, declaredSize: 0, declaredPackedSize: 0 }],
    { is: "reviewed" },
  ),
  of(
    "10,000 empty files",
    Array.from({ length: 10_000 }, (_, at) => ({ name: `${at}.txt`, method: 0 })),
    unpacked(Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`${at}.txt`, ""]))),
  ),
].map((one) => (one.name === "10,000 empty files" ? { ...one, isHeavy: true as const } : one));

/** What somebody who had not seen the others thought of. */
export const strangeZips: FileCase[] = [...names, ...structures, ...streams];
