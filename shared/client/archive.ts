import type { Archive, ArchiveSelection } from "../contract/archive.ts";
import { CubbyError, type Problem } from "./cubby-error.ts";
import { sleep } from "./waiting.ts";

export type { ArchiveSelection };

/** Where a finished archive lies, for a short while. */
export interface ArchiveLink {
  /** Named after its content: who asks for the same files gets the same archive. */
  archive_id: string;
  /** Where to fetch it, presigned. */
  url: string;
  /** Until when the URL is good, RFC 3339. */
  expires_at: string;
  /** Of the ZIP. */
  size_bytes: number;
  /** How many files it holds. */
  files: number;
}

/** How to wait for an archive. */
export interface ArchiveOptions {
  /** Ends the waiting; the archive itself is built all the same, and found again by who asks again. */
  signal?: AbortSignal;
  /** Called with every look at it: how many files and bytes are done. */
  onProgress?: (archive: Archive) => void;
}

/** The two calls of the client that this needs. */
export interface ArchiveCalls {
  create(selection: ArchiveSelection, options: { signal?: AbortSignal }): Promise<Archive>;
  get(archiveId: string, options: { signal?: AbortSignal }): Promise<Archive>;
}

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;
/** Workers can die; an archive that fails for a reason of its own fails at the first call. */
const MAX_STARTS = 3;

/** Asks for an archive, waits until it is ready, and answers where it is. Throws what the server says when it fails. */
export async function waitForArchive(
  calls: ArchiveCalls,
  selection: ArchiveSelection,
  { signal, onProgress }: ArchiveOptions,
): Promise<ArchiveLink> {
  const options = signal === undefined ? {} : { signal };
  let archive = await calls.create(selection, options);
  let starts = 1;
  for (let pause = FIRST_PAUSE_MS; archive.state !== "ready"; pause = Math.min(pause * 1.5, MAX_PAUSE_MS)) {
    onProgress?.(archive);
    await sleep(pause, signal);
    archive = await calls.get(archive.archive_id, options);
    // Asked again it begins anew, or says in a problem document why it cannot be.
    if (archive.state === "failed" && starts++ < MAX_STARTS) archive = await calls.create(selection, options);
    else if (archive.state === "failed") throw failed(archive.problem);
  }
  onProgress?.(archive);
  const { archive_id, url = "", expires_at = "", size_bytes = 0, files } = archive;
  return { archive_id, url, expires_at, size_bytes, files };
}

function failed(problem: Archive["problem"]): CubbyError {
  const known = problem as Problem | undefined;
  return new CubbyError(problem?.code ?? "archive_failed", problem?.detail ?? "The archive could not be built", {
    ...{ status: 409, problem: known },
  });
}
