import type { DuckDBAppender, DuckDBConnection } from "@duckdb/node-api";
import type { Reject } from "./report.ts";
import { quoteName, quoteText } from "./sql-text.ts";

/** Rejects in the report itself; the table has them all. */
const MAX_REPORTED = 20;
const MAX_REPORTED_LENGTH = 500;
/** An appender keeps what it is given in memory until it is flushed. */
const FLUSH_BYTES = 8 * 1024 * 1024;

/**
 * The records of a source that are in no table, word for word: `sales__rejects` (line, raw, reason). It is made with
 * the first of them, and belongs to its table: it goes with it, and is in no list of tables.
 */
export class RejectsTable {
  count = 0;
  /** The first ones, shortened, for the report. */
  readonly first: Reject[] = [];
  readonly #connection: DuckDBConnection;
  readonly #nameIt: () => string;
  #name: string | undefined;
  #appender: DuckDBAppender | undefined;
  #waiting = 0;

  /** `nameIt` is asked once, when the first reject comes. */
  constructor(connection: DuckDBConnection, nameIt: () => string) {
    this.#connection = connection;
    this.#nameIt = nameIt;
  }

  /** The table's name, where there is one. */
  get name(): string | undefined {
    return this.#name;
  }

  async add({ line, raw, reason }: Reject): Promise<void> {
    this.count++;
    if (this.first.length < MAX_REPORTED) this.first.push({ line, raw: raw.slice(0, MAX_REPORTED_LENGTH), reason });
    const appender = this.#appender ?? (await this.#create());
    appender.appendBigInt(BigInt(line));
    appender.appendVarchar(raw);
    appender.appendVarchar(reason);
    appender.endRow();
    this.#waiting += raw.length;
    if (this.#waiting < FLUSH_BYTES) return;
    appender.flushSync();
    this.#waiting = 0;
  }

  /** Writes what is left; call it before the connection is used otherwise. */
  close(): void {
    this.#appender?.closeSync();
    this.#appender = undefined;
  }

  async #create(): Promise<DuckDBAppender> {
    this.#name = this.#nameIt();
    const table = quoteName(this.#name);
    await this.#connection.run(`CREATE OR REPLACE TABLE ${table} (line BIGINT, raw VARCHAR, reason VARCHAR)`);
    await this.#connection.run(
      `COMMENT ON TABLE ${table} IS ${quoteText("Records that could not be read, as they stand")}`,
    );
    this.#appender = await this.#connection.createAppender(this.#name);
    return this.#appender;
  }
}
