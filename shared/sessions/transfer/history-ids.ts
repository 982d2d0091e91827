import { createHash } from "node:crypto";
import { v7 } from "uuid";

/** What an entry's id is made from. */
export interface Identified {
  role: string;
  content: string;
  created_at: string;
  metadata: unknown;
}

/**
 * Ids for entries that come from a file: made of their time, place and content, so that the same file gives the same
 * ids however often it comes. They sort in the order of the file, also where its times stand still or go back.
 */
export function entryIds(sessionId: string, entries: readonly Identified[]): string[] {
  let latest = 0;
  let sequence = 0;
  return entries.map((entry) => {
    const msecs = Math.max(latest, Date.parse(entry.created_at));
    sequence = msecs === latest ? sequence + 1 : 0;
    latest = msecs;
    const content = JSON.stringify([sessionId, entry.role, entry.content, entry.created_at, entry.metadata]);
    return v7({ msecs, seq: sequence, random: createHash("sha256").update(content).digest().subarray(0, 16) });
  });
}
