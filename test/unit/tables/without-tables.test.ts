import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { buildDatabase } from "../../../shared/tables/build-database.ts";
import type { SourceFile } from "../../../shared/tables/convert-file.ts";
import { reportWithoutTables } from "../../../shared/tables/without-tables.ts";
import { workshop } from "./build-one.ts";

const png = Buffer.from("89504e470d0a1a0a0000000d49484452000000000000000000000000", "hex");
const sqlite = Buffer.from(`SQLite format 3\0${"\0".repeat(100)}`);

async function sourcesOf(contents: Record<string, string | Buffer>): Promise<[SourceFile[], string]> {
  const { directory } = await workshop();
  const files = Object.entries(contents).map(async ([name, content], index) => {
    const localPath = join(directory, `source-${index}`);
    await writeFile(localPath, content);
    return { path: `uploads/${name}`, localPath, sizeBytes: Buffer.byteLength(content) };
  });
  return [await Promise.all(files), directory];
}

describe("files of which no table can be made", () => {
  test("are reported without a database as they are with one", async () => {
    const [files, directory] = await sourcesOf({
      "cat.png": png,
      "notes.md": "# Notes\n\nNothing in columns.\n",
      "old.db": sqlite,
      "empty.bin": "",
      "letter.xlsx": Buffer.from("d0cf11e0a1b11ae1", "hex"),
      "a.csv": png,
      "page.html": "<!doctype html><p>Hello",
    });
    const alone = await reportWithoutTables(files);
    const { reports } = await buildDatabase({
      ...{ databasePath: join(directory, "project_data.db"), files, now: new Date(), temporaryDirectory: directory },
    });
    const timeless = reports.map((report) => ({ ...report, seconds: 0 }));
    expect(alone).toEqual(timeless);
    expect(alone?.map(({ status }) => status)).toContain("failed");
  });

  test.each([
    ["a table", "a.csv", "x,y\n1,2\n"],
    ["text that looks like one", "a.txt", "x,y\n1,2\n3,4\n5,6\n"],
    ["what is packed", "cat.png.gz", gzipSync(png)],
  ])("not %s", async (_, name, content) => {
    const [files] = await sourcesOf({ "cat.png": png, [name]: content });
    expect(await reportWithoutTables(files)).toBeUndefined();
  });

  test("nor one of which somebody said how its cells are separated", async () => {
    const [[file]] = await sourcesOf({ "notes.txt": "Nothing in columns.\n" });
    const settings = [{ delimiter: "." }];
    expect(await reportWithoutTables([{ ...(file as SourceFile), settings }])).toBeUndefined();
  });
});
