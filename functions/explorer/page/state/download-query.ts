import type { Answer, CallOptions } from "../../../../shared/client/index.ts";
import type { TableLink } from "../../../../shared/contract/table.ts";
import { explain } from "./explain.ts";
import { saveFrom } from "./files.ts";
import { client, inSession } from "./session.ts";
import { dismissToast, showToast } from "./toasts.ts";

export type DownloadFormat = Exclude<NonNullable<CallOptions<"query">["body"]["format"]>, "json" | "ndjson">;

export const downloadFormats: readonly { format: DownloadFormat; label: string }[] = [
  { format: "csv", label: "CSV" },
  { format: "xlsx", label: "Excel (XLSX)" },
  { format: "parquet", label: "Parquet" },
];

/** What is downloaded: a table as it is, or the whole answer to a statement. */
export type Downloadable = { table: string } | { sql: string };

/** Has the file made, and sends the browser to it. */
export async function downloadRows(what: Downloadable, format: DownloadFormat): Promise<void> {
  const waiting = showToast({ kind: "info", text: "Making your file…" }, 60_000);
  try {
    saveFrom("table" in what ? await tableUrl(what.table, format) : await answerUrl(what.sql, format));
  } catch (error) {
    showToast({ kind: "bad", text: explain(error) });
  }
  dismissToast(waiting);
}

async function tableUrl(name: string, format: DownloadFormat): Promise<string> {
  const answer: unknown = await client.call("getTable", {
    params: inSession({ name }),
    query: { format, redirect: "false" },
  });
  // With a format this route answers a link.
  return (answer as TableLink).url;
}

/** All rows, however many: the answer becomes a file among the session's outputs. */
async function answerUrl(sql: string, format: DownloadFormat): Promise<string> {
  const body = { sql, format, output: "file" as const };
  const { url }: Answer<"query"> = await client.call("query", { params: inSession(), body });
  if (url === undefined) throw new Error("The file could not be made");
  return url;
}
