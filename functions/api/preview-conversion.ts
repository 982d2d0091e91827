import { invoke } from "../../shared/aws/functions.ts";
import type { PreviewRequest, PreviewResponse } from "../../shared/contract/functions.ts";
import { AppError } from "../../shared/errors.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ConversionSettings } from "../../shared/tables/settings.ts";
import type { ApiDeps } from "./deps.ts";

/** API Gateway answers by itself after 30 s. */
const PATIENCE_MS = 24_000;

/** What a conversion with these settings would make of the file, as its report and its first rows. */
export async function previewConversion(
  deps: ApiDeps,
  { session_id }: SessionRecord,
  { path, etag }: FileRecord,
  { settings, sheet }: { settings: ConversionSettings[]; sheet: string | undefined },
) {
  const preview = { session_id, path, etag, settings, ...(sheet !== undefined && { sheet }) };
  const answer = await ask(deps, { preview });
  if (!answer.ok) throw new AppError(answer.problem.code, answer.problem.detail);
  const { report, complete, tables } = answer;
  return { ...report, state: report.status, settings, preview: { complete, tables } };
}

async function ask(deps: ApiDeps, request: PreviewRequest): Promise<PreviewResponse> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await invoke<PreviewResponse>(deps.lambda, deps.convertFunction, request, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new AppError("preview_timeout", `Cannot preview "${request.preview.path}" in time: convert it instead`, {
      cause: error,
    });
  }
}
