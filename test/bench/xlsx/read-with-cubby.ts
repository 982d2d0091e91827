/** `node read-with-cubby.ts <path>`: all that a session does with a workbook, from table to checkpoint and profile. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildResult, buildDatabase } from "../../../shared/tables/build-database.ts";
import { profileAgain } from "../profile-again.ts";
import { measureReading } from "./reading.ts";

const path = process.argv[2] ?? "";
const folder = await mkdtemp(join(tmpdir(), "cubby-bench-xlsx-"));
const databasePath = join(folder, "project_data.db");
let result: BuildResult | undefined;
try {
  await measureReading(
    async () => {
      result = await buildDatabase({
        databasePath,
        files: [{ path: "uploads/orders.xlsx", localPath: path, sizeBytes: (await stat(path)).size }],
        now: new Date(),
        temporaryDirectory: folder,
      });
      const [table] = result.tables;
      if (table === undefined) throw new Error(`No table was made: ${JSON.stringify(result.reports[0]?.reason)}`);
      const nulls = table.columns.reduce((sum, column) => sum + column.nulls, 0);
      return { rows: table.row_count, cells: table.row_count * table.columns.length - nulls };
    },
    async () => (result === undefined ? 0 : profileAgain(databasePath, result)),
  );
} finally {
  await rm(folder, { recursive: true });
}
