/**
 * The ETag of a page of history: one half names the state it leads to, the other what it holds. So a poll may send
 * the ETag of whatever answer gave it its `since`: when nothing came, the state is still the one it knows.
 */
import type { HistoryPage } from "../../shared/contract/history.ts";
import { sha256Hex } from "../../shared/ids.ts";
import { isUnchanged, knownEtags, quoteEtag } from "./preconditions.ts";

/** Strong: entries never change, so their ids say all. */
export function etagOf(page: HistoryPage): string {
  const ids = page.data.map((entry) => entry.entry_id).join();
  return quoteEtag(`${stateOf(page)}-${digest(`${ids} ${page.next_cursor}`)}`);
}

/** True when the caller has this page, or asks what came after a page that he has, and nothing did. */
export function isKnown(request: Request, page: HistoryPage): boolean {
  if (isUnchanged(request, etagOf(page))) return true;
  const isQuiet = page.data.length === 0 && page.next_cursor === null;
  return isQuiet && knownEtags(request).some((etag) => etag.startsWith(`"${stateOf(page)}-`));
}

function stateOf(page: HistoryPage): string {
  return digest(page.next_since ?? "");
}

function digest(text: string): string {
  return sha256Hex(text).slice(0, 20);
}
