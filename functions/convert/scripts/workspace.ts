import { Readable } from "node:stream";
import { isAppError } from "../../../shared/errors.ts";
import type { FilePath } from "../../../shared/files/file-names.ts";
import type { FileRecord } from "../../../shared/files/file-record.ts";
import { systemActor } from "../../../shared/identity/principal.ts";
import { sha256Hex } from "../../../shared/ids.ts";
import { createAllowance } from "../../../shared/sessions/allowance.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import type { ConvertDeps } from "../drain.ts";

/** What became of a file for the workspace. */
export type Placing = "placed" | "taken" | "no_room";

/**
 * What conversions put into a session's `workspace/`, beside what its owner puts there. His files are never replaced:
 * a script that he went on with there is his from then on, and so is one that he deleted and wrote anew.
 */
export function createWorkspace(deps: Pick<ConvertDeps, "files" | "sessions" | "quota">, session: SessionRecord) {
  const sessionId = session.session_id;

  function isOurs({ uploaded_by }: FileRecord): boolean {
    return uploaded_by.kind === systemActor.kind && uploaded_by.id === systemActor.id;
  }

  /** Whether a name is free for us: nothing is there, or something of ours. */
  async function isFree(name: string): Promise<boolean> {
    const present = await deps.files.find(sessionId, pathOf(name).path);
    return present === undefined || isOurs(present);
  }

  /** Puts a file there, unless it is there already as it should be. */
  async function place(name: string, content: Buffer): Promise<Placing> {
    const path = pathOf(name);
    const present = await deps.files.find(sessionId, path.path);
    if (present !== undefined && !isOurs(present)) return "taken";
    if (present?.sha256 === sha256Hex(content)) return "placed";
    const allowance = createAllowance(deps.quota, session);
    try {
      await allowance.take(content.byteLength, async () => present);
    } catch (error) {
      if (isAppError(error, "session_full", "user_quota_exceeded")) return "no_room";
      throw error;
    }
    const about = { conversion: { state: "none" as const, tables: [] }, uploadedBy: systemActor };
    const stored = await deps.files.put(sessionId, path, Readable.from([content]), about);
    await deps.sessions.noteFiles(session, [stored.delta], { convert: false, reserved: allowance.claimed() });
    return "placed";
  }

  /** Takes a file of ours away. */
  async function clear(name: string): Promise<void> {
    const present = await deps.files.find(sessionId, pathOf(name).path);
    if (present === undefined || !isOurs(present)) return;
    const [removal] = await deps.files.removeAll(sessionId, [present]);
    if (removal?.status !== "deleted") return;
    const delta = { folder: present.folder, files: -1, bytes: -present.size_bytes };
    await deps.sessions.noteFiles(session, [delta], { convert: false });
  }

  return { isFree, place, clear };
}

export type Workspace = ReturnType<typeof createWorkspace>;

export function pathOf(name: string): FilePath {
  return { folder: "workspace", name, path: `workspace/${name}` };
}
