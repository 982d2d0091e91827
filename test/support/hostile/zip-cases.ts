import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { writeZip, type ZipWriterEntry } from "../zip-writer.ts";
import { bytesOf, type Expectation, type FileCase, kept, refused } from "./case.ts";

const says = (words: string) => refused("archive_refused", words);
const unpacked = (files: Record<string, string | Buffer>): Expectation => ({ is: "unpacked", files });
const zip = (name: string, bytes: Buffer, expect: Expectation): FileCase => ({ name, ending: ".zip", bytes, expect });
const honest: ZipWriterEntry[] = [
  { name: "a.txt", data: "first" },
  { name: "b.txt", data: "second", method: 0 },
];
const meant = { "a.txt": "first", "b.txt": "second" };

const names: [string | Buffer, string][] = [
  ["../a", "leads out"],
  ["../../../../etc/passwd", "leads out"],
  ["a/../../b", "leads out"],
  ["a/..", "leads out"],
  ["..", "leads out"],
  ["a/../b", "leads out"],
  ["/etc/passwd", "absolute"],
  ["//server/share/a", "absolute"],
  ["/", "absolute"],
  ["C:a", "absolute"],
  ["C:/a", "absolute"],
  ["z:", "absolute"],
  ["..\\a", "backslash"],
  ["a\\b", "backslash"],
  ["\\\\server\\share", "backslash"],
  ["C:\\a", "backslash"],
  ["\\", "backslash"],
  ["a.csv\0.exe", "control"],
  ["\0", "control"],
  ["a\nb", "control"],
  ["a\rb", "control"],
  ["a\tb", "control"],
  ["a\u0007", "control"],
  ["a\u007f", "control"],
  ["a\u0085", "control"],
  ["a\u001b[2J", "control"],
  ["", "no name"],
  ["a//b", "empty part"],
  ["./b", "empty part"],
  ["a/./b", "empty part"],
  [".", "empty part"],
  ["a//", "empty part"],
  ["x".repeat(256), "longer than 255"],
  ["ä".repeat(128), "longer than 255"],
  [`a/${"x".repeat(300)}/b`, "longer than 255"],
  [Buffer.of(0xff, 0x61), "UTF-8"],
  [Buffer.of(0xc0, 0xae, 0xc0, 0xae, 0x2f, 0x61), "UTF-8"],
  [Buffer.of(0xed, 0xa0, 0x80), "UTF-8"],
  [Buffer.of(0xf4, 0x90, 0x80, 0x80), "UTF-8"],
];

const modes: [string, number][] = [
  ["link", 0o120777],
  ["character device", 0o020666],
  ["block device", 0o060660],
  ["pipe", 0o010666],
  ["socket", 0o140755],
  ["folder without a slash", 0o040755],
  ["kind nobody knows", 0o170644],
];

const methods = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99, 255, 65535];

const doubles: [string, string, string][] = [
  ["twice the same", "a", "a"],
  ["but for case", "A.csv", "a.CSV"],
  ["but for case beyond ASCII", "GRÖSSE", "größE".replace("ß", "ss")],
  ["composed and decomposed", "ö", "o\u0308"],
  ["composed, decomposed and in capitals", "É.csv", "e\u0301.csv"],
  ["in a folder", "d/a", "d/A"],
  ["Kelvin and K", "\u212a", "k"],
  ["Ångström and Å", "\u212b", "å"],
];

const zeros = deflateRawSync(Buffer.alloc(20_000_000));
const unicodePath = (name: string, path: string): Buffer => {
  const data = Buffer.concat([Buffer.of(1), Buffer.alloc(4), Buffer.from(path)]);
  data.writeUInt32LE(crc32(name), 1);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x7075, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
};
const many = (count: number, entry: (index: number) => ZipWriterEntry) =>
  writeZip(Array.from({ length: count }, (_, index) => entry(index)));

const contents: [string, Buffer, string][] = [
  [
    "a bomb on one level",
    many(100, (index) => ({ name: `${index}`, packed: zeros, declaredSize: 20_000_000 })).subarray(0),
    "more than 1000000000",
  ],
  [
    "a file that declares two gigabytes",
    writeZip([{ name: "a", packed: zeros, declaredSize: 2e9 }]),
    "more than 1000000000",
  ],
  [
    "a file that declares four gigabytes less one",
    writeZip([{ name: "a", data: "1", declaredSize: 0xffffffff, isZip64: true }], { isZip64: true }),
    "more than 1000000000",
  ],
  [
    "a file that declares 2⁶³ bytes",
    writeZip([{ name: "a", data: "1", declaredSize: 2 ** 63, isZip64: true }], { isZip64: true }),
    "more than 1000000000",
  ],
  [
    "a bomb that declares one byte",
    writeZip([{ name: "a", packed: zeros, declaredSize: 1 }]),
    "larger than the 1 bytes",
  ],
  [
    "a bomb that declares nothing",
    writeZip([{ name: "a", packed: zeros, declaredSize: 0 }]),
    "larger than the 0 bytes",
  ],
  ["a file shorter than it declares", writeZip([{ name: "a", data: "12", declaredSize: 3 }]), "declares 3"],
  [
    "a stored file with two sizes",
    writeZip([{ name: "a", data: "12", method: 0, declaredSize: 1 }]),
    "two sizes differ",
  ],
  ["a wrong checksum", writeZip([{ name: "a", data: "12", crc32: 1 }]), "checksum"],
  ["a checksum of zero", writeZip([{ name: "a", data: "12", crc32: 0 }]), "checksum"],
  ["a wrong checksum in the last of its files", writeZip([...honest, { name: "c", data: "12", crc32: 1 }]), "checksum"],
  ["packed data that are none", writeZip([{ name: "a", packed: Buffer.from("garbage!"), declaredSize: 9 }]), "damaged"],
  [
    "packed data cut short",
    writeZip([{ name: "a", packed: zeros.subarray(0, 500), declaredSize: 20_000_000 }]),
    "damaged",
  ],
  [
    "packed data that end in another stream's",
    writeZip([{ name: "a", packed: gzipSync("x"), declaredSize: 1 }]),
    "damaged",
  ],
  ["a folder with content", writeZip([{ name: "a/", data: "1", mode: 0o040755 }]), "folder with content"],
  ["10,001 entries declared", writeZip([], { entryCount: 10_001 }), "10001 entries"],
  ["ten million entries declared behind one", writeZip(honest, { entryCount: 1e7, isZip64: true }), "10000000 entries"],
  ["10,001 entries", many(10_001, (index) => ({ name: `${index}`, method: 0 })), "10001 entries"],
  ["fewer entries than it says", writeZip(honest, { entryCount: 3 }), "damaged"],
  ["more entries than it says", writeZip(honest, { entryCount: 1 }), "more entries than it says"],
  ["no entry by what it says, and two", writeZip(honest, { entryCount: 0 }), "more entries than it says"],
  [
    "two entries on one local header",
    writeZip([
      { name: "a", data: "12" },
      { name: "b", offset: 0 },
    ]),
    "shares its data",
  ],
  [
    "a thousand entries on one local header",
    many(1000, (index) => ({ name: `${index}`, data: "12", offset: 0 })),
    "shares its data",
  ],
  [
    "an entry inside another",
    writeZip([
      { name: "a", data: "123456789", method: 0 },
      { name: "b", offset: 35 },
    ]),
    "shares its data",
  ],
  ["data beyond the end", writeZip([{ name: "a", data: "1", declaredPackedSize: 1e6 }]), "beyond the end"],
  ["an offset beyond the end", writeZip([{ name: "a", data: "1", offset: 1e6 }]), "beyond the end"],
  ["an offset to no local header", writeZip([{ name: "a", data: "1234", offset: 3 }]), "not where the archive says"],
  [
    "a slip in the Unicode path field",
    writeZip([{ name: "a", flags: 0, extra: unicodePath("a", "../b") }]),
    "leads out",
  ],
  [
    "an extra field longer than itself",
    writeZip([{ name: "a", data: "1", extra: Buffer.of(1, 0, 0xff, 0xff) }]),
    "damaged",
  ],
  ["encryption", writeZip([{ name: "a", data: "1", flags: 0x801 }]), "encrypted"],
  ["strong encryption", writeZip([{ name: "a", data: "1", flags: 0x841 }]), "damaged"],
  ["a masked directory", writeZip([{ name: "a", data: "1", flags: 0x2800 }]), "encrypted"],
  [
    "a second file in its comment",
    bytesOf(writeZip(honest, { comment: "x" }), writeZip([{ name: "../c" }])),
    "damaged",
  ],
  ["bytes behind its end", bytesOf(writeZip(honest), "more"), "no ZIP file"],
  ["an end that says its comment is longer", writeZip(honest, { comment: "abc" }).subarray(0, -1), "no ZIP file"],
  ["nothing but folders", writeZip([{ name: "a/", method: 0, mode: 0o040755 }]), "holds no file"],
  ["nothing but clutter", writeZip([{ name: "__MACOSX/._a", data: "1" }]), "holds no file"],
  ["nothing", writeZip([]), "holds no file"],
  ["the beginning of an archive and nothing else", bytesOf("PK\x03\x04"), "no ZIP file"],
  ["the end of an archive and nothing else", bytesOf("PK\x05\x06"), "no ZIP file"],
];

const whole = writeZip([...honest, { name: "c/d.txt", data: "third" }], { comment: "" });

/** Every place at which one structure ends and another begins, and some inside of them. */
const cuts = [
  ...new Set([
    5,
    14,
    26,
    29,
    30,
    34,
    35,
    ...places(whole, "PK"),
    ...Array.from({ length: 22 }, (_, behind) => whole.length - 1 - behind),
  ]),
]
  .filter((at) => at >= 4 && at < whole.length)
  .toSorted((one, other) => one - other);

function places(bytes: Buffer, word: string): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + 1)) found.push(at, at + 4, at + 20);
  return found;
}

const polyglots: FileCase[] = [
  zip("a document in front: no archive by its beginning", bytesOf("%PDF-1.4\n%%EOF\n", writeZip(honest)), kept),
  zip("a page in front", bytesOf("<html><script>alert(1)</script>", writeZip(honest)), kept),
  zip("a program in front", bytesOf("#!/usr/bin/env python\n", writeZip(honest)), kept),
  zip("an image in front", bytesOf([0x89], "PNG\r\n\x1a\n", writeZip(honest)), kept),
  {
    name: "an archive called a table",
    ending: ".csv",
    bytes: writeZip(honest),
    expect: { is: "kept", code: "unreadable_text", says: "archive" },
  },
  {
    name: "an archive called JSON",
    ending: ".json",
    bytes: writeZip(honest),
    expect: { is: "kept", code: "unreadable_json", says: "archive" },
  },
  { name: "an archive called a page", ending: ".html", bytes: writeZip(honest), expect: kept },
  { name: "an archive called a picture", ending: ".png", bytes: writeZip(honest), expect: kept },
  {
    name: "an archive called a workbook",
    ending: ".xlsx",
    bytes: writeZip(honest),
    expect: { is: "kept", code: "unreadable_workbook" },
  },
];

const controls: FileCase[] = [
  zip("two files", writeZip(honest), unpacked(meant)),
  zip("ZIP64", writeZip([{ name: "a.txt", data: "1", isZip64: true }], { isZip64: true }), unpacked({ "a.txt": "1" })),
  zip("a comment", writeZip(honest, { comment: "made by hand" }), unpacked(meant)),
  zip(
    "empty files",
    writeZip([{ name: "a.txt" }, { name: "b.txt", method: 0 }]),
    unpacked({ "a.txt": "", "b.txt": "" }),
  ),
  zip(
    "a folder of files",
    writeZip([
      { name: "d/", method: 0, mode: 0o040755 },
      { name: "d/a.txt", data: "1" },
    ]),
    unpacked({ "a.txt": "1" }),
  ),
  zip(
    "folders a hundred deep",
    writeZip([{ name: `${"d/".repeat(100)}a.txt`, data: "1" }]),
    unpacked({ "a.txt": "1" }),
  ),
  zip(
    "one name in two folders",
    writeZip([
      { name: "c/a.txt", data: "1" },
      { name: "d/a.txt", data: "2" },
    ]),
    unpacked({ "c__a.txt": "1", "d__a.txt": "2" }),
  ),
  zip(
    "a file named as a folder is",
    writeZip([
      { name: "a.txt", data: "1" },
      { name: "a.txt.d/b.txt", data: "2" },
    ]),
    unpacked({ "a.txt": "1", "b.txt": "2" }),
  ),
  zip(
    "names that differ by more than case",
    writeZip([
      { name: "Straße", data: "1" },
      { name: "STRASSE", data: "2" },
    ]),
    unpacked({ Straße: "1", STRASSE: "2" }),
  ),
  zip(
    "names in UTF-8, not marked",
    writeZip([{ name: "Größe.txt", data: "1", flags: 0 }]),
    unpacked({ "Größe.txt": "1" }),
  ),
  zip(
    "names in the code page of DOS",
    writeZip([{ name: Buffer.from("Gr\x94\xe1e.txt", "latin1"), data: "1", flags: 0 }]),
    unpacked({ "Größe.txt": "1" }),
  ),
  zip(
    "a name that looks like a way out",
    writeZip([
      { name: "...", data: "1" },
      { name: "..a", data: "2" },
    ]),
    unpacked({ "...": "1", "..a": "2" }),
  ),
  zip(
    "a name that is HTML",
    writeZip([{ name: "<img src=x onerror=alert(1)>.txt", data: "1" }]),
    unpacked({ "<img src=x onerror=alert(1)>.txt": "1" }),
  ),
  zip("a name that turns", writeZip([{ name: "a\u202etxt.csv", data: "x\n" }]), unpacked({ "a\u202etxt.csv": "x\n" })),
  zip(
    "archives inside, kept as files",
    writeZip([{ name: "in.zip", data: writeZip([{ name: "../a" }]) }]),
    unpacked({ "in.zip": writeZip([{ name: "../a" }]) }),
  ),
  zip(
    "an archive in an archive in an archive",
    writeZip([{ name: "1.zip", data: writeZip([{ name: "2.zip", data: writeZip(honest) }]) }]),
    unpacked({ "1.zip": writeZip([{ name: "2.zip", data: writeZip(honest) }]) }),
  ),
  zip(
    "a sparse file, 400:1",
    writeZip([{ name: "a.txt", data: " ".repeat(400_000) }]),
    unpacked({ "a.txt": " ".repeat(400_000) }),
  ),
  zip(
    "clutter beside a file",
    writeZip([
      { name: "__MACOSX/._a", data: "1" },
      { name: "a.txt", data: "1" },
    ]),
    unpacked({ "a.txt": "1" }),
  ),
  zip("no file type in the mode", writeZip([{ name: "a.txt", data: "1", mode: 0 }]), unpacked({ "a.txt": "1" })),
  zip(
    "a program with the right to run",
    writeZip([{ name: "a.sh", data: "echo", mode: 0o104755 }]),
    unpacked({ "a.sh": "echo" }),
  ),
  zip(
    "sizes behind the data",
    writeZip([{ name: "a.txt", data: "1", flags: 0x808, packed: deflateRawSync("1") }]),
    unpacked({ "a.txt": "1" }),
  ),
  zip("the mark of an end in a comment", writeZip(honest, { comment: "PK\u0005\u0006" }), unpacked(meant)),
  zip(
    "a hundred files",
    many(100, (index) => ({ name: `${index}.txt`, data: `${index}` })),
    unpacked(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}.txt`, `${index}`]))),
  ),
];

/** Where a number of the directory's first entry stands, from its beginning, and how many bytes it has. */
const fields: [string, number, number][] = [
  ["the version that made it", 4, 2],
  ["the version it needs", 6, 2],
  ["the time", 12, 2],
  ["the date", 14, 2],
  ["the checksum", 16, 4],
  ["the packed size", 20, 4],
  ["the size", 24, 4],
  ["the length of the name", 28, 2],
  ["the length of the extra field", 30, 2],
  ["the length of the comment", 32, 2],
  ["the disk", 34, 2],
  ["the inner attributes", 36, 2],
  ["the offset", 42, 4],
];
const harmless = new Set([
  "the version that made it",
  "the version it needs",
  "the time",
  "the date",
  "the disk",
  "the inner attributes",
]);

function lies(): FileCase[] {
  const directory = whole.indexOf("PK\x01\x02", 0, "latin1");
  return fields.flatMap(([field, at, size]) =>
    [0, 1, 0x7f, 2 ** (8 * size) - 1].flatMap((value) => {
      const bytes = Buffer.from(whole);
      bytes.writeUIntLE(value, directory + at, size);
      if (bytes.equals(whole)) return [];
      const expect = harmless.has(field) ? unpacked({ ...meant, "d.txt": "third" }) : says("");
      return [zip(`${field} is said to be ${value}`, bytes, expect)];
    }),
  );
}

/** What stands in the local header is not what counts: the directory is. */
function localLies(): FileCase[] {
  return (
    [
      ["a method", 8, 2],
      ["a checksum", 14, 4],
      ["a packed size", 18, 4],
      ["a size", 22, 4],
      ["flags", 6, 2],
      ["a version", 4, 2],
    ] as const
  ).map(([field, at, size]) => {
    const bytes = Buffer.from(whole);
    bytes.writeUIntLE(2 ** (8 * size) - 2, at, size);
    return zip(`${field} of the local header alone is wrong`, bytes, unpacked({ ...meant, "d.txt": "third" }));
  });
}

/** Archives that want out, want more than there is, or say two things at once; and honest ones that look like it. */
export const zipCases: FileCase[] = [
  ...names.map(([name, words]) =>
    zip(
      `the name ${JSON.stringify(String(name).slice(0, 40))}`,
      writeZip([...honest, { name, data: name.length === 0 || String(name).endsWith("/") ? "" : "1" }]),
      says(words),
    ),
  ),
  ...modes.map(([what, mode]) =>
    zip(`a ${what}`, writeZip([...honest, { name: "c", data: "/etc/passwd", mode }]), says("it is ")),
  ),
  ...methods.map((method) =>
    zip(`method ${method}`, writeZip([{ name: "a", data: "1", method }]), says(`method ${method},`)),
  ),
  ...doubles.map(([what, one, other]) =>
    zip(
      `one name, ${what}`,
      writeZip([
        { name: one, data: "1" },
        { name: other, data: "2" },
      ]),
      says("same name"),
    ),
  ),
  ...contents.map(([name, bytes, words]) => zip(name, bytes, says(words))),
  ...cuts.map((at) => zip(`cut off behind byte ${at} of ${whole.length}`, whole.subarray(0, at), says("no ZIP file"))),
  ...lies(),
  ...localLies(),
  ...polyglots,
  ...controls,
];
