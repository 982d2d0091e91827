/** `node answer-once.ts <database> <sql>`: prints the ms from loading DuckDB to its answer in this new process. */
const begun = performance.now();
const { DuckDBInstance } = await import("@duckdb/node-api");
const [database = "", sql = ""] = process.argv.slice(2);
const instance = await DuckDBInstance.create(database, { access_mode: "READ_ONLY" });
const connection = await instance.connect();
(await connection.runAndReadAll(sql)).getRows();
console.log(performance.now() - begun);
