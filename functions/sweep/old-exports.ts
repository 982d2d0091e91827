import { EXPORTS } from "../../shared/aws/object-keys.ts";
import type { Round } from "./sweep-deps.ts";

/** Whoever asked for an export has a URL for minutes; an hour later nobody can read it any more. */
const MAX_AGE_MS = 3600_000;

/** Removes what was written for a download and is not needed any more. */
export async function removeOldExports(round: Round): Promise<void> {
  const { deps, report } = round;
  const old: string[] = [];
  for await (const { key, modifiedAt } of deps.bucket.list(EXPORTS)) {
    if (deps.clock.now().getTime() - modifiedAt.getTime() > MAX_AGE_MS) old.push(key);
    if (round.isOver()) break;
  }
  const survivors = await deps.bucket.removeKeys(old);
  report.exports_removed += old.length - survivors.length;
  report.errors += survivors.length;
}
