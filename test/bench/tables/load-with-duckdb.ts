/**
 * `node load-with-duckdb.ts default|whole <file> <folder> [dump]`: what DuckDB makes of the file by itself, types guessed
 * from its usual sample or from every row, nothing checked.
 */
import { extname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { dumpRows, measureLoading, rowsOf } from "./loading.ts";

const [sample, file = "", folder = "", dump] = process.argv.slice(2);
const reader = { ".csv": "read_csv", ".json": "read_json", ".xlsx": "read_xlsx" }[extname(file)] ?? "";
const options = sample === "whole" ? ", sample_size = -1" : "";
const connection = await (await DuckDBInstance.create(join(folder, "duckdb.db"))).connect();
if (reader === "read_xlsx") await connection.run("LOAD excel"); // an extension, which its package for Node leaves out
await measureLoading(async () => {
  await connection.run(`CREATE TABLE orders AS FROM ${reader}('${file}'${options})`);
  await connection.run("CHECKPOINT");
});
if (dump !== undefined) await dumpRows(dump, rowsOf(connection, "orders"));
