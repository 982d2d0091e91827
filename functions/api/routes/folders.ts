import { folder } from "../../../shared/contract/file.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { folderBytesOf } from "../../../shared/sessions/folder-sizes.ts";
import { answer } from "../answer.ts";

/** `GET /v1/sessions/{session_id}/folders` */
export const listFolders = answer(contract.listFolders, async ({ params, principal, deps }) => {
  const record = await deps.sessions.get(principal, params.session_id ?? "");
  const bytes = await folderBytesOf(deps, record);
  const folders = folder.options.map((name) => ({
    folder: name,
    files: record.file_counts[name] ?? 0,
    size_bytes: bytes[name] ?? 0,
  }));
  return { body: { folders } };
});
