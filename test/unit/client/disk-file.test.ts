import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDiskFile } from "../../../shared/client/disk-file.ts";
import { readRange } from "../../../shared/client/upload-source.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cubby-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

const textOf = async (bytes: Promise<Uint8Array>) => new TextDecoder().decode(await bytes);

describe("openDiskFile()", () => {
  test("knows size and type, and reads any range", async () => {
    const path = join(folder, "small.txt");
    await writeFile(path, "0123456789");
    await using file = await openDiskFile(path, { type: "text/plain" });
    expect([file.size, file.type]).toEqual([10, "text/plain"]);
    expect(await textOf(readRange(file, 2, 5))).toBe("234");
    expect(await textOf(readRange(file, 0, 10))).toBe("0123456789");
    expect((await readRange(file, 10, 10)).byteLength).toBe(0);
  });

  // Node's own Blob of such a file says that it has 1 GiB (nodejs/node#52585).
  test("reads a file of more than 4 GiB at its end", async () => {
    const path = join(folder, "large.bin");
    const size = 5 * 1024 ** 3;
    const handle = await open(path, "w");
    await handle.truncate(size);
    await handle.write("the end", size - 7);
    await handle.close();
    await using file = await openDiskFile(path);
    expect(file.size).toBe(size);
    expect(await textOf(readRange(file, size - 7, size))).toBe("the end");
  });

  test("says that a file was cut while it was open", async () => {
    const path = join(folder, "cut.txt");
    await writeFile(path, "0123456789");
    await using file = await openDiskFile(path);
    await truncate(path, 4);
    await expect(readRange(file, 2, 6)).rejects.toThrow("Cannot read bytes 2 to 6 of what is uploaded: 2 came");
  });

  test("fails by name when there is no such file", async () => {
    await expect(openDiskFile(join(folder, "none"))).rejects.toThrow("ENOENT");
  });
});
