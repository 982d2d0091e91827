import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { isAppError } from "../../../../shared/errors.ts";
import { toQueryProblem } from "../../../../shared/tables/query/duckdb-problem.ts";
import { createEngine, lockOnto } from "../../../../shared/tables/query/locked-engine.ts";
import { admitStatement } from "../../../../shared/tables/query/statement-gate.ts";
import { assertReason, Finding, type ReaderFamily, stateless } from "../reader.ts";

const seeds = [
  "SELECT count(*), sum(a) FROM t WHERE b LIKE 'x%' GROUP BY a HAVING a > 1 ORDER BY 1 LIMIT 10",
  "WITH x AS (SELECT 1 AS a UNION ALL SELECT 2) SELECT * FROM x JOIN t USING (a)",
  "SELECT * FROM read_csv('/etc/passwd')",
  "FROM '/etc/passwd'",
  "SELECT getenv('HOME'), \"getenv\"('x')",
  "COPY t TO '/tmp/x.csv'",
  "DROP TABLE t",
  "SET threads = 64",
  "ATTACH '/tmp/x.db' AS y",
  "SELECT list_transform([1, 2], lambda x: x + 1) -- a comment\n/* and /* another */ */",
  "PIVOT t ON a USING count(*)",
  "EXPLAIN SELECT 1",
  "DESCRIBE t",
  "SELECT $$it's; text$$, E'a\\'; b'; SELECT 2",
  "SELECT * FROM query('SELECT 1')",
  "SELECT '{\"a\":[1]}'::JSON->'$.a'",
].map((text) => Buffer.from(text));
const words = [
  ";",
  "--",
  "/*",
  "*/",
  "'",
  '"',
  "$$",
  "\\",
  "\0",
  "(",
  ")",
  "read_text",
  "glob('/*')",
  "enable_logging()",
  "FROM",
  "UNION",
  "INSERT INTO t",
  "PRAGMA",
  "CALL",
  "::",
  "\u00a0",
  "\u2028",
  "ｓｅｌｅｃｔ",
  'U&"',
  "E'",
  "x'",
  "0x",
  "\ufeff",
  "{",
  "[",
  "lambda x:",
  "DROP TABLE t",
];

/** What must never come through, however it is written: two statements, text behind a NUL, or one that changes the table. */
export const statements: ReaderFamily = {
  name: "SQL gate",
  share: 10,
  // In life each statement has a process of its own, and the caller is told when that one dies.
  mayDie: true,
  async open({ directory }) {
    const databasePath = join(directory, "project_data.db");
    await makeDatabase(databasePath);
    const connection = await createEngine();
    await lockOnto(connection, {
      sql: "",
      offset: 0,
      limit: 1,
      format: "json",
      databasePath,
      maxBytes: 1e6,
      threads: 1,
    });

    async function read(bytes: Buffer): Promise<string> {
      const sql = bytes.toString("utf8");
      try {
        const { prepared } = await admitStatement(connection, sql);
        prepared.destroySync();
        if (sql.includes("\0")) throw new Finding(`admitted with a NUL: ${JSON.stringify(sql)}`);
        return "read";
      } catch (error) {
        if (error instanceof Finding) throw error;
        if (isAppError(error) && !["statement_refused", "statement_failed"].includes(error.code)) throw error;
        const { code, detail } = toQueryProblem(error, sql, [databasePath, directory]);
        if (detail.includes(directory)) throw new Finding(`tells where files are: ${detail}`);
        return assertReason(code, detail);
      }
    }
    return stateless({ seeds, words }, read);
  },
};

async function makeDatabase(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run("CREATE TABLE t AS SELECT range AS a, 'x' || range AS b FROM range(10)");
  await connection.run("CHECKPOINT");
  connection.closeSync();
  instance.closeSync();
}
