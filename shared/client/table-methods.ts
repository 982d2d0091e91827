import type { TableFormat, TableLink } from "../contract/table.ts";
import type { Caller } from "./caller.ts";
import type { Answer, CallOptions, RequestOptions } from "./routes.ts";

/** Tables and answers of queries as files. */
export interface TableMethods {
  /** A query's rows as a file, whether they came in the answer or had to be stored as one. */
  queryFile(sessionId: string, body: CallOptions<"query">["body"], options?: RequestOptions): Promise<Response>;
  /** A query's answer as CSV text. */
  queryCsv(sessionId: string, body: CallOptions<"query">["body"], options?: RequestOptions): Promise<string>;
  /** A whole table as a file, as the storage answers it. */
  downloadTable(sessionId: string, name: string, format: TableFormat, options?: RequestOptions): Promise<Response>;
}

/** Puts the ways of tables together from single calls. */
export function createTableMethods({ request, fetchSigned }: Caller): TableMethods {
  const methods: TableMethods = {
    async queryFile(session_id, body, options = {}) {
      const response = await request("query", { params: { session_id }, body, ...options });
      if (response.status !== 201) return response;
      const { url } = (await response.json()) as Answer<"query">;
      return fetchSigned(url ?? "", options);
    },
    async queryCsv(sessionId, body, options = {}) {
      return (await methods.queryFile(sessionId, { ...body, format: "csv" }, options)).text();
    },
    async downloadTable(session_id, name, format, options = {}) {
      const query = { format, redirect: "false" as const };
      const response = await request("getTable", { params: { session_id, name }, query, ...options });
      return fetchSigned(((await response.json()) as TableLink).url, options);
    },
  };
  return methods;
}
