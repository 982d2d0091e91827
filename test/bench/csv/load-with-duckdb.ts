/** `node load-with-duckdb.ts <csv> <database>`: what DuckDB makes of the file by itself, nothing checked. */
import { DuckDBInstance } from "@duckdb/node-api";
import { cpuSecondsOf, peakMegabytes, printLoading } from "./loading.ts";

const [csv = "", database = ""] = process.argv.slice(2);
let rows = 0;
const cpuSeconds = await cpuSecondsOf(async () => {
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE orders AS FROM read_csv('${csv}')`);
  await connection.run("CHECKPOINT");
  const reader = await connection.runAndReadAll("SELECT count(*) FROM orders");
  rows = Number(reader.getRowsJson()[0]?.[0]);
  connection.closeSync();
  instance.closeSync();
});
printLoading({ rows, cpuSeconds, profileCpuSeconds: 0, peakMegabytes: peakMegabytes() });
