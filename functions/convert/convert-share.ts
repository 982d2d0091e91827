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

/** Converts the share; a file that is to be tried alone is counted before. */
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
  const work = { waiting: files, givenUp, scripts: harmless, isLost };
  const [tried] = files;
  if (!isTrial || tried === undefined || tried.status === "removed") return convertPending(deps, lease, seen, work);
  const begun = await deps.files.beginTrial(tried);
  if (begun === undefined) return { converted: 0, failed: 0 }; // replaced or removed just now: the next look sees it
  try {
    return await convertPending(deps, lease, seen, { ...work, waiting: [begun] });
  } catch (error) {
    if (mayBeTheFiles(error)) throw error;
    // The file has nothing to do with it. Where not even this can be noted, it is one of several.
    await deps.files.endTrial(begun).catch((cause: unknown) => deps.log.warn("Trial not taken back", { error: cause }));
    throw error;
  }
}
