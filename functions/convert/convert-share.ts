import { statfs } from "node:fs/promises";
import { isDiskFull } from "../../shared/engine-faults.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import { waitsForConversion } from "../../shared/files/file-reading.ts";
import type { Lease } from "../../shared/sessions/conversion-lease.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { convertPending } from "./convert-pending.ts";
import type { ConvertDeps } from "./drain.ts";
import { isGivenUp } from "./give-up.ts";
import { mayBeTheFiles } from "./may-be-the-files.ts";
import type { Share } from "./next-share.ts";

/** One share of what waits, in the hands of whoever holds the lease. */
export interface ShareWork {
  lease: Lease;
  /** The session as the round finds it. */
  seen: SessionRecord;
  share: Share;
  /** Every script of the session. */
  scripts: readonly FileRecord[];
  /** An empty database is wanted in the place of one that is not there. */
  isLost?: boolean;
}

/** The share was not converted, and what was read may be why; its `cause` says what happened. */
export class ShareError extends Error {}

/** So much of the disk is free for whoever converts: where it is full all the same, it was one of the files. */
const AMPLE = 0.5;

/** Converts the share; a file that is to be tried alone is counted before. A `ShareError` may be a file's fault. */
export async function convertShare(
  deps: ConvertDeps,
  { lease, seen, share, scripts, isLost = false }: ShareWork,
): Promise<{ converted: number; failed: number }> {
  const { files, givenUp, isTrial } = share;
  const paths = new Set(files.map(({ path }) => path));
  // Scripts follow the tables. One that waits for its own turn might end the process under another file's name.
  const harmless = scripts.filter(
    (script) => paths.has(script.path) || !(waitsForConversion(script) || isGivenUp(script)),
  );
  const [first] = files;
  const tried = isTrial && first?.status !== "removed" ? first : undefined;
  const begun = tried === undefined ? undefined : await deps.files.beginTrial(tried);
  // Replaced or removed just now: the next look sees it.
  if (tried !== undefined && begun === undefined) return { converted: 0, failed: 0 };
  const waiting = begun === undefined ? files : [begun];
  const isAmple = (await freeShare(deps.temporaryDirectory)) >= AMPLE;
  try {
    return await convertPending(deps, lease, seen, { waiting, givenUp, scripts: harmless, isLost });
  } catch (cause) {
    if (mayBeTheFiles(cause) || (isDiskFull(cause) && isAmple))
      throw new ShareError("Cannot convert a share of the session's files", { cause });
    // The file has nothing to do with it. Where not even this can be noted, it is one of several.
    if (begun !== undefined)
      await deps.files.endTrial(begun).catch((error: unknown) => deps.log.warn("Trial not taken back", { error }));
    throw cause;
  }
}

async function freeShare(directory: string): Promise<number> {
  const { bavail, blocks } = await statfs(directory);
  return bavail / blocks;
}
