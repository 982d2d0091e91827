import type { StorageClients } from "../../../shared/aws/clients.ts";
import { META, parseSessionPartition, PREFIX } from "../../../shared/aws/item-keys.ts";
import { parseSessionObjectKey } from "../../../shared/aws/object-keys.ts";
import type { Item } from "../../../shared/aws/table.ts";
import type { FileRecord } from "../../../shared/files/file-record.ts";
import type { UploadRecord } from "../../../shared/files/uploads/upload-record.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import { type Census, takeCensus } from "../../support/census.ts";

/** All that bucket and table hold of one session that lives. */
export interface Holdings {
  session: SessionRecord;
  /** Records of files that are there, and of removed ones whose tables still are. */
  files: FileRecord[];
  tables: { name: string; row_count: number }[];
  uploads: UploadRecord[];
  /** Keys below the session's own prefix. */
  objects: string[];
}

/** One look at everything; whatever belongs to no living session is in the census' `orphans`. */
export async function readHoldings(
  clients: StorageClients,
  env: Record<string, string>,
): Promise<{ census: Census; living: Map<string, Holdings> }> {
  const census = await takeCensus(clients, env);
  const living = new Map<string, Holdings>();
  for (const id of census.live) {
    const items = census.items.filter(({ pk }) => parseSessionPartition(pk) === id);
    const session = items.find(({ sk }) => sk === META) as SessionRecord;
    const ofKind = <Kind>(prefix: string) => items.filter(({ sk }) => sk.startsWith(prefix)) as unknown[] as Kind[];
    living.set(id, {
      session,
      files: ofKind<FileRecord>(PREFIX.file),
      tables: ofKind<Item & { name: string; row_count: number }>(PREFIX.table),
      uploads: ofKind<UploadRecord>(PREFIX.upload),
      objects: census.objects.flatMap((key) => {
        const parsed = parseSessionObjectKey(key);
        return parsed?.sessionId === id ? [parsed.path] : [];
      }),
    });
  }
  return { census, living };
}
