import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDatabase } from "../../../shared/tables/build-database.ts";
import type { FileReport } from "../../../shared/tables/report.ts";

/** Makes the session's database of all files of a folder, by the code that converts uploads. */
export async function convertFolder(folder: string, databasePath: string): Promise<FileReport[]> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  const files = await Promise.all(
    names.map(async ({ name }) => {
      const localPath = join(folder, name);
      return { path: `uploads/${name}`, localPath, sizeBytes: (await stat(localPath)).size };
    }),
  );
  const temporaryDirectory = await mkdtemp(join(tmpdir(), "convert-folder-"));
  try {
    const { reports } = await buildDatabase({ databasePath, files, now: new Date(), temporaryDirectory });
    return reports;
  } finally {
    await rm(temporaryDirectory, { recursive: true, force: true });
  }
}
