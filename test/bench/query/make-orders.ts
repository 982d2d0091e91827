import { DuckDBInstance } from "@duckdb/node-api";

/** A database with one table of orders, the same for the same number of rows; 2.5 million take 50 MB. */
export async function makeOrders(path: string, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const city = "['Aachen', 'Berlin', 'Cologne', 'Dresden', 'Essen'][1 + range % 5] AS city";
  const rest = "range % 17 AS quantity, (hash(range) % 9000) / 100::DECIMAL(10,2) AS price";
  const dates = "DATE '2024-01-01' + (range % 700)::INTEGER AS ordered";
  const note = "substr(md5(range::VARCHAR), 1, 26) AS note";
  await connection.run(
    `CREATE TABLE orders AS SELECT range AS id, ${city}, ${rest}, ${dates}, ${note} FROM range(${rows}); CHECKPOINT`,
  );
  connection.closeSync();
  instance.closeSync();
}
