/** `node load-with-cubby.ts <file> <folder> [dump]`: all that a session does with a file until its table is published. */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { buildDatabase } from "../../../shared/tables/build-database.ts";
import { dumpRows, measureLoading, rowsOf } from "./loading.ts";

const [file = "", folder = "", dump] = process.argv.slice(2);
const databasePath = join(folder, "project_data.db");
const { size: sizeBytes } = await stat(file);
let name = "";
await measureLoading(async () => {
  const files = [{ path: `uploads/${basename(file)}`, localPath: file, sizeBytes }];
  const { tables, reports } = await buildDatabase({ databasePath, files, now: new Date(), temporaryDirectory: folder });
  name = tables[0]?.name ?? "";
  if (name === "") throw new Error(`No table was made: ${JSON.stringify(reports[0]?.reason)}`);
});
if (dump !== undefined) {
  const connection = await (await DuckDBInstance.create(databasePath, { access_mode: "READ_ONLY" })).connect();
  await dumpRows(dump, rowsOf(connection, name));
}
