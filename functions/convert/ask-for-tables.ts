import { hasSettledTables } from "../../shared/files/file-reading.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ConvertDeps } from "./drain.ts";

/** Asks again for every file of which the lost database held tables; answers how many. */
export async function askForTables(deps: ConvertDeps, { session_id, database }: SessionRecord): Promise<number> {
  let asked = 0;
  for await (const record of deps.files.each(session_id)) {
    if (!hasSettledTables(record)) continue;
    await deps.files.askConversion(record, record.settings ?? []);
    asked++;
  }
  const facts = { session_id, version: database.version, files: asked };
  deps.log.error("Database missing or damaged, and made anew from its files", facts);
  return asked;
}
