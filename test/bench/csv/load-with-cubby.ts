/** `node load-with-cubby.ts <csv> <database>`: all that a session does with the file until its table is published. */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type BuildResult, buildDatabase } from "../../../shared/tables/build-database.ts";
import { profileAgain } from "../profile-again.ts";
import { cpuSecondsOf, peakMegabytes, printLoading } from "./loading.ts";

const [csv = "", database = ""] = process.argv.slice(2);
let result: BuildResult | undefined;
const cpuSeconds = await cpuSecondsOf(async () => {
  result = await buildDatabase({
    databasePath: database,
    files: [{ path: "uploads/orders.csv", localPath: csv, sizeBytes: (await stat(csv)).size }],
    now: new Date(),
    temporaryDirectory: dirname(database),
  });
});
const peak = peakMegabytes();
const [table] = result?.tables ?? [];
if (result === undefined || table === undefined)
  throw new Error(`No table was made: ${JSON.stringify(result?.reports[0]?.reason)}`);

const profileCpuSeconds = await profileAgain(database, result);
printLoading({ rows: table.row_count, cpuSeconds, profileCpuSeconds, peakMegabytes: peak });
