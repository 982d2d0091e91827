import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { isAppError } from "../../../shared/errors.ts";
import { readZipEntries } from "../../../shared/files/zip-entries.ts";
import { planZip } from "../../../shared/files/zip-plan.ts";
import { writeZip, type ZipWriterEntry } from "../../support/zip-writer.ts";

const limits = { maxEntries: 10_000, maxExpandedBytes: 1e9 };

/** Plans and reads the whole archive: path → content. */
async function unzip(archive: Buffer, over: Partial<typeof limits> = {}): Promise<Record<string, string>> {
  const plan = await planZip({ buffer: archive }, { ...limits, ...over });
  const files: Record<string, string> = {};
  for await (const entry of readZipEntries(plan)) files[entry.path] = String(await buffer(await entry.open()));
  return files;
}

/** The rule and entry that an archive is refused for. */
async function refusal(archive: Buffer, over: Partial<typeof limits> = {}) {
  const outcome = await unzip(archive, over).catch((error) => error);
  return isAppError(outcome, "archive_refused") ? outcome.details : outcome;
}

const honest: ZipWriterEntry[] = [
  { name: "a.csv", data: "x,y\n1,2\n" },
  { name: "dir/", method: 0, mode: 0o040755 },
  { name: "dir/b.txt", data: "b", method: 0 },
];

describe("planZip() and readZipEntries()", () => {
  test("read files and leave folders out", async () => {
    expect(await unzip(writeZip(honest))).toEqual({ "a.csv": "x,y\n1,2\n", "dir/b.txt": "b" });
  });

  test("read from disk, and close the file when the loop is left early", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cubby-zip-"));
    try {
      const path = join(folder, "a.zip");
      await writeFile(path, writeZip(honest));
      const plan = await planZip({ path }, limits);
      expect(plan).toMatchObject({ totalBytes: 9, skipped: [] });
      for await (const entry of readZipEntries(plan)) {
        expect([entry.path, entry.sizeBytes, String(await buffer(await entry.open()))]).toEqual([
          "a.csv",
          8,
          "x,y\n1,2\n",
        ]);
        break;
      }
      await expect(planZip({ path: join(folder, "none.zip") }, limits)).rejects.toMatchObject({ code: "ENOENT" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each<[string, Buffer, Record<string, string>]>([
    ["an empty archive", writeZip([]), {}],
    ["ZIP64", writeZip([{ name: "a", data: "1", isZip64: true }], { isZip64: true }), { a: "1" }],
    ["an archive with a comment", writeZip(honest.slice(0, 1), { comment: "made by hand" }), { "a.csv": "x,y\n1,2\n" }],
    ["an empty file", writeZip([{ name: "a" }, { name: "b", method: 0 }]), { a: "", b: "" }],
    ["no file type in the mode", writeZip([{ name: "a", data: "1", mode: 0 }]), { a: "1" }],
    ["names in UTF-8, marked", writeZip([{ name: "Gro\u0308ße.csv", data: "1" }]), { "Größe.csv": "1" }],
    ["names in UTF-8, not marked", writeZip([{ name: "Größe.csv", data: "1", flags: 0 }]), { "Größe.csv": "1" }],
    [
      "names in the code page of DOS",
      writeZip([{ name: Buffer.from("Gr\x94\xe1e", "latin1"), data: "1", flags: 0 }]),
      { Größe: "1" },
    ],
    [
      "names that differ by more than case",
      writeZip([
        { name: "Straße", data: "1" },
        { name: "STRASSE", data: "2" },
      ]),
      { Straße: "1", STRASSE: "2" },
    ],
    ["an archive inside, kept as a file", writeZip([{ name: "in.zip", data: "PK" }]), { "in.zip": "PK" }],
  ])("read %s", async (_title, archive, files) => {
    expect(await unzip(archive)).toEqual(files);
  });

  // About 400:1, which a bare ratio would take for a bomb.
  test("read an honest sparse CSV", async () => {
    const sparse = `${",".repeat(5_000)}\n`.repeat(1_000);
    const archive = writeZip([{ name: "sparse.csv", data: sparse }]);
    expect(sparse.length / archive.length).toBeGreaterThan(300);
    expect((await unzip(archive))["sparse.csv"]).toBe(sparse);
  });

  test("skip what systems leave behind, and say so", async () => {
    const names = ["__MACOSX/._a.csv", "dir/.DS_Store", "Thumbs.db", "a.csv"];
    const plan = await planZip({ buffer: writeZip(names.map((name) => ({ name, data: "1" }))) }, limits);
    expect(plan.files.map((file) => file.path)).toEqual(["a.csv"]);
    expect(plan.skipped).toEqual(names.slice(0, 3));
  });

  test("take odd separators in a container, where names are no paths", async () => {
    const archive = writeZip([
      { name: "xl\\workbook.xml", data: "1" },
      { name: "/xl/styles.xml", data: "2" },
    ]);
    const plan = await planZip({ buffer: archive }, { ...limits, isContainer: true });
    expect(plan.files.map((file) => file.path)).toEqual(["xl/workbook.xml", "xl/styles.xml"]);
  });
});

const bomb = deflateRawSync(Buffer.alloc(20_000_000));
const hostile: [title: string, archive: Buffer, rule: string, entry?: string][] = [
  ["..", writeZip([{ name: "../a" }]), "name", "../a"],
  [".. in the middle", writeZip([{ name: "a/../../b" }]), "name", "a/../../b"],
  ["an absolute path", writeZip([{ name: "/etc/passwd" }]), "name", "/etc/passwd"],
  ["a drive", writeZip([{ name: "C:a" }]), "name", "C:a"],
  ["a backslash", writeZip([{ name: "..\\a" }]), "name", "..\\a"],
  ["a NUL", writeZip([{ name: "a.csv\0.exe" }]), "name", "a.csv\0.exe"],
  ["a line break", writeZip([{ name: "a\nb" }]), "name", "a\nb"],
  ["an empty name", writeZip([{ name: "" }]), "name", ""],
  ["an empty part", writeZip([{ name: "a//b" }]), "name", "a//b"],
  ["a dot part", writeZip([{ name: "./b" }]), "name", "./b"],
  ["a long name", writeZip([{ name: "a".repeat(256) }]), "name", "a".repeat(256)],
  ["a name that claims UTF-8", writeZip([{ name: Buffer.of(0xff, 0x61) }]), "name", "\xffa"],
  [
    "a slip in the Unicode path field",
    writeZip([{ name: "a", flags: 0, extra: unicodePath("a", "../b") }]),
    "name",
    "../b",
  ],
  ["a link", writeZip([{ name: "a", data: "/etc/passwd", mode: 0o120777 }]), "not_a_file", "a"],
  ["a device", writeZip([{ name: "a", mode: 0o020666 }]), "not_a_file", "a"],
  ["a pipe", writeZip([{ name: "a", mode: 0o010666 }]), "not_a_file", "a"],
  ["a folder that calls itself a file", writeZip([{ name: "a", mode: 0o040755 }]), "not_a_file", "a"],
  ["a folder with content", writeZip([{ name: "a/", data: "1", mode: 0o040755 }]), "not_a_file", "a/"],
  ["the same name twice", writeZip([{ name: "a" }, { name: "a" }]), "duplicate", "a"],
  [
    "the same name but for case",
    writeZip([{ name: "Größe" }, { name: "GRÖSSE" }, { name: "gröSSe" }]),
    "duplicate",
    "gröSSe",
  ],
  ["the same name in another form", writeZip([{ name: "ö" }, { name: "o\u0308" }]), "duplicate", "ö"],
  ["encryption", writeZip([{ name: "a", data: "1", flags: 0x801 }]), "encrypted", "a"],
  ["strong encryption", writeZip([{ name: "a", data: "1", flags: 0x841 }]), "damaged"],
  ["another method", writeZip([{ name: "a", data: "1", method: 12 }]), "method", "a"],
  ["a stored file that declares less", writeZip([{ name: "a", data: "12", method: 0, declaredSize: 1 }]), "size", "a"],
  ["a file that declares less", writeZip([{ name: "a", packed: bomb, declaredSize: 1 }]), "size", "a"],
  ["a file that declares more", writeZip([{ name: "a", data: "12", declaredSize: 3 }]), "size", "a"],
  ["a wrong checksum", writeZip([{ name: "a", data: "12", crc32: 1 }]), "checksum", "a"],
  ["damaged data", writeZip([{ name: "a", packed: Buffer.from("garbage!"), declaredSize: 9 }]), "damaged", "a"],
  [
    "packed data that end before their bytes do",
    writeZip([
      { name: "a", packed: Buffer.concat([deflateRawSync("1"), Buffer.alloc(60)]), declaredSize: 1, crc32: crc32("1") },
    ]),
    "damaged",
    "a",
  ],
  [
    "data cut short",
    writeZip([{ name: "a", packed: bomb.subarray(0, 500), declaredSize: 20_000_000 }]),
    "damaged",
    "a",
  ],
  ["a file beyond the limit", writeZip([{ name: "a", packed: bomb, declaredSize: 2e9 }]), "too_large", "a"],
  [
    "files beyond the limit together",
    writeZip(["a", "b", "c"].map((name) => ({ name, packed: bomb, declaredSize: 4e8 }))),
    "too_large",
    "c",
  ],
  ["too many entries", writeZip([], { entryCount: 10_001 }), "too_many_entries"],
  ["too many entries, in ZIP64", writeZip([], { entryCount: 1e7, isZip64: true }), "too_many_entries"],
  ["fewer entries than it says", writeZip([{ name: "a" }], { entryCount: 2 }), "damaged"],
  ["more entries than it says", writeZip([{ name: "a" }, { name: "b" }], { entryCount: 1 }), "damaged"],
  [
    "two entries on one local header",
    writeZip([
      { name: "a", data: "12" },
      { name: "b", offset: 0 },
    ]),
    "overlap",
    "b",
  ],
  [
    "an entry inside another",
    writeZip([
      { name: "a", data: "123456789", method: 0 },
      { name: "b", offset: 35 },
    ]),
    "overlap",
    "b",
  ],
  ["data beyond the end", writeZip([{ name: "a", data: "1", declaredPackedSize: 1e6 }]), "damaged", "a"],
  ["an offset beyond the end", writeZip([{ name: "a", data: "1", offset: 1e6 }]), "damaged", "a"],
  ["an offset to no local header", writeZip([{ name: "a", data: "1234", offset: 3 }]), "damaged", "a"],
  ["no archive", Buffer.from("x,y\n1,2\n"), "damaged"],
  ["nothing", Buffer.alloc(0), "damaged"],
  ["an archive cut short", writeZip(honest).subarray(0, -9), "damaged"],
  ["an archive with its head cut off", writeZip(honest).subarray(9), "damaged"],
];

describe("planZip() and readZipEntries() refuse", () => {
  test.each(hostile)("%s", async (_title, archive, rule, entry) => {
    expect(await refusal(archive)).toEqual({ rule, ...(entry !== undefined && { entry }) });
  });

  // A few hundred bytes for each file, a hundred of them: what 42.zip does on one level.
  test("an archive at the limit by ratio, and read one just below", async () => {
    const files = Array.from({ length: 100 }, (_, i) => ({ name: `${i}.txt`, data: Buffer.alloc(100_000) }));
    const archive = writeZip(files);
    expect(await refusal(archive, { maxExpandedBytes: 9_999_999 })).toEqual({ rule: "too_large", entry: "99.txt" });
    expect(Object.keys(await unzip(archive, { maxExpandedBytes: 10_000_000 }))).toHaveLength(100);
  });

  test("a lying file before it is unpacked any further", async () => {
    const plan = await planZip({ buffer: writeZip([{ name: "a", packed: bomb, declaredSize: 300_000 }]) }, limits);
    let seen = 0;
    for await (const entry of readZipEntries(plan)) {
      const stream = await entry.open();
      stream.on("data", (chunk) => {
        seen += chunk.length;
      });
      await expect(finished(stream)).rejects.toThrow("larger than the 300000 bytes");
    }
    expect(seen).toBeLessThanOrEqual(300_000);
  });

  test("an archive damaged anywhere, or read what was meant", async () => {
    const archive = writeZip(honest);
    const meant = await unzip(archive);
    for (let at = 0; at < archive.length; at++) {
      for (const bit of [0x01, 0x80]) {
        const damaged = Buffer.from(archive);
        damaged[at] = (damaged[at] ?? 0) ^ bit;
        const outcome = await unzip(damaged).catch((error) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "archive_refused" });
        // Names and dates carry no checksum; content does.
        else expect(Object.values(meant)).toEqual(expect.arrayContaining(Object.values(outcome)));
      }
    }
  });
});

/** Info-ZIP's field 0x7075: a second name, used when the checksum of the first fits. */
function unicodePath(name: string, path: string): Buffer {
  const data = Buffer.concat([Buffer.of(1), Buffer.alloc(4), Buffer.from(path)]);
  data.writeUInt32LE(crc32(name), 1);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x7075, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}
