import { readFile, rm } from "node:fs/promises";
import type { QueryRequest, QueryResponse } from "../../shared/contract/functions.ts";
import type { FileContent } from "../../shared/tables/query/content/content.ts";
import type { QueryAnswer } from "../../shared/tables/query/query-answer.ts";
import { tooLargeInline } from "../../shared/tables/query/stream-limits.ts";
import { sendForm } from "./send-form.ts";

type Answered = Extract<QueryResponse, { ok: true }>;

/** What delivering needs to know beside the answer. */
export interface Delivery {
  readonly request: QueryRequest;
  readonly inlineBytes: number;
  /** Milliseconds for an upload. */
  readonly timeoutMs: number;
}

/** Turns an answer into a response; a file is uploaded or taken in, and is gone from this machine in the end. */
export async function deliverResult({ columns, content, end }: QueryAnswer, delivery: Delivery): Promise<Answered> {
  const columnsBytes = Buffer.byteLength(JSON.stringify(columns));
  const { row_count, more } = end;
  const answered = { ok: true as const, columns: [...columns], row_count, more };
  if (content.kind === "rows") return { ...answered, rows: content.rows };
  if (content.kind === "text") return { ...answered, text: content.text };
  try {
    return { ...answered, ...(await deliverFile(content, { ...delivery, columnsBytes })) };
  } finally {
    await rm(content.path, { force: true });
  }
}

/** Bytes stand in an answer as base64, a third longer; only workbooks and Parquet come this way when they are small. */
async function deliverFile(
  content: FileContent,
  { request, inlineBytes, timeoutMs, columnsBytes }: Delivery & { columnsBytes: number },
) {
  const isBinary = request.format === "xlsx" || request.format === "parquet";
  if (isBinary && request.output !== "file" && content.sizeBytes + columnsBytes <= inlineBytes) {
    return { base64: (await readFile(content.path)).toString("base64") };
  }
  if (request.upload === undefined) throw tooLargeInline(inlineBytes);
  await sendForm(request.upload, { path: content.path, timeoutMs });
  return { file: { size_bytes: content.sizeBytes, sha256: content.sha256 } };
}
