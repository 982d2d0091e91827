/** `node read-with-cubby.ts <path>`: all that a session does with a workbook, from table to checkpoint and profile. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDatabase } from "../../../shared/tables/build-database.ts";
import { measureReading } from "./reading.ts";

const path = process.argv[2] ?? "";
const folder = await mkdtemp(join(tmpdir(), "cubby-bench-xlsx-"));
try {
  await measureReading(async () => {
    const { reports, tables } = await buildDatabase({
      databasePath: join(folder, "project_data.db"),
      files: [{ path: "uploads/orders.xlsx", localPath: path, sizeBytes: (await stat(path)).size }],
      now: new Date(),
      temporaryDirectory: folder,
    });
    const [table] = tables;
    if (table === undefined) throw new Error(`No table was made: ${JSON.stringify(reports[0]?.reason)}`);
    const nulls = table.columns.reduce((sum, column) => sum + column.nulls, 0);
    return { rows: table.row_count, cells: table.row_count * table.columns.length - nulls };
  });
} finally {
  await rm(folder, { recursive: true });
}
