import { DuckDBInstance } from "@duckdb/node-api";
import type { BuildResult } from "../../shared/tables/build-database.ts";
import { suggestJoins } from "../../shared/tables/joins/suggest-joins.ts";
import { profileTable } from "../../shared/tables/profile/profile-table.ts";
import { writeSummary } from "../../shared/tables/summary/write-summary.ts";
import { cpuSecondsOf } from "./csv/loading.ts";

/** CPU seconds of what a build does beside loading: the profile of each table, joins, and the summary; once more by itself. */
export async function profileAgain(database: string, { tables, reports }: BuildResult): Promise<number> {
  const instance = await DuckDBInstance.create(database, { access_mode: "READ_ONLY", threads: "1" });
  const connection = await instance.connect();
  return cpuSecondsOf(async () => {
    const profiles = [];
    for (const table of tables) profiles.push(await profileTable(connection, table));
    const joins = await suggestJoins(connection, profiles);
    writeSummary({ tables: profiles, reports, joins, now: new Date() });
  });
}
