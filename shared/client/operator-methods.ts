import type { Caller } from "./caller.ts";
import { cutFile, type FileFormat, type FileSource } from "./cut-file.ts";
import type { Answer, CallOptions } from "./routes.ts";

type ExportQuery = NonNullable<CallOptions<"exportSessions">["query"]>;
type ImportQuery = NonNullable<CallOptions<"importSessions">["query"]>;

/** Sessions out of a stage and in, for operators. */
export interface OperatorMethods {
  /** Every live session as CSV or as a `sessions.json` file, as a stream. */
  exportSessions(query: ExportQuery): Promise<ReadableStream<Uint8Array>>;
  /**
   * Imports a file of any size, piece by piece; answers each piece's results as they come, with the rows counted over
   * the whole file. When a piece is refused whole, what was answered before it has been imported.
   */
  importSessions(
    source: FileSource,
    query: Omit<ImportQuery, "format" | "first_row"> & { format: FileFormat },
  ): AsyncGenerator<Answer<"importSessions">>;
}

/** Puts the ways of session records together from single calls. */
export function createOperatorMethods({ call, fetchSigned }: Caller): OperatorMethods {
  return {
    async exportSessions(query) {
      const { url } = await call("exportSessions", { query: { ...query, redirect: "false" } });
      const response = await fetchSigned(url);
      return response.body ?? new Blob([]).stream();
    },
    async *importSessions(source, query) {
      for await (const { body, firstRow } of cutFile(source, query.format)) {
        yield await call("importSessions", { query: { ...query, first_row: firstRow }, body });
      }
    },
  };
}
