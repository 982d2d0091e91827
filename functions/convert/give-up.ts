import type { FileRecord } from "../../shared/files/file-record.ts";
import type { FileReport } from "../../shared/tables/report.ts";
import { MAX_TRIALS } from "./next-share.ts";

const REASON = {
  code: "process_ended",
  detail: `The conversion broke off while it read this file, ${MAX_TRIALS} times and with no other file at hand: it takes more memory or time than a conversion has, or meets an error of ours. Ask for its conversion to try it again`,
} as const;

/** What is said of a file that nobody will read any more, because each reading ended in the process's death or in an error. */
export function toGivenUpReport({ path }: FileRecord): FileReport {
  const nothing = { tables: [], rejected_rows: 0, warnings: [], rows: 0, seconds: 0 };
  return { path, status: "failed", kind: "other", ...nothing, reason: REASON };
}

/** Scripts are looked at again and again, as tables come and go: one that was given up is not. */
export function isGivenUp({ conversion }: FileRecord): boolean {
  return conversion.state === "failed" && conversion.reason?.code === REASON.code;
}
