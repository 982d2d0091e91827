import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** Rows by table of a published database, counted by DuckDB itself and by nothing of ours. */
export async function rowsInDatabase(bytes: Uint8Array): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), "cubby-audit-"));
  const path = join(folder, "project_data.db");
  await writeFile(path, bytes);
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const found = await connection.runAndReadAll(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY table_name",
    );
    const rows: Record<string, number> = {};
    for (const [name] of found.getRows()) {
      const counted = await connection.runAndReadAll(`SELECT count(*) FROM "${String(name)}"`);
      rows[String(name)] = Number(counted.getRows()[0]?.[0]);
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}
