import type { QueryFunctionProcess } from "./function-process.ts";

const formats = ["csv", "ndjson", "json", "xlsx", "parquet"] as const;
/** As many rows as a sheet takes. */
const ROWS = 1_000_000;

/** A whole table as a file of each format, from the statement to the upload. */
export async function measureFiles(query: QueryFunctionProcess, url: string): Promise<void> {
  const table: Record<string, object> = {};
  const upload = { url, fields: { key: "bench" }, max_bytes: 512 * 1024 * 1024 };
  try {
    for (const format of formats) {
      const started = performance.now(); // a table's export has 23 s on AWS
      const answer = await query.ask("FROM orders", url, {
        format,
        output: "file",
        upload,
        limit: ROWS,
        timeout_seconds: 100,
      });
      const seconds = (performance.now() - started) / 1000;
      const megabytes = (answer?.file?.size_bytes ?? 0) / 1e6;
      table[format] = {
        s: seconds.toFixed(1),
        goal: "≤ 23",
        MB: megabytes.toFixed(0),
        "rows per s": Math.round(ROWS / seconds),
      };
    }
  } finally {
    await query.close();
  }
  console.log(`\n${ROWS} rows × 6 columns into a file and sent away`);
  console.table(table);
}
