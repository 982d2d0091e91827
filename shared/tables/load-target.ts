import type { DuckDBConnection } from "@duckdb/node-api";
import type { Beginning } from "./preview/beginning.ts";
import type { ConversionSettings } from "./settings.ts";

/** What a reader needs to fill one table from one file. */
export interface LoadTarget {
  connection: DuckDBConnection;
  /** The file on this machine. */
  localPath: string;
  /** Its name as the user knows it, for messages. */
  fileName: string;
  /** Free name of the table to make. */
  table: string;
  /** Gives a free name for the table of its rejects. */
  nameRejects: () => string;
  /** A folder that DuckDB may read and that is removed afterwards. */
  temporaryDirectory: string;
  /** How to read it where somebody said so; everything else is found by looking. */
  settings: ConversionSettings;
  /** Given where only the beginning of the file is wanted. */
  beginning?: Beginning;
}
