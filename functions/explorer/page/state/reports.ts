import type { Answer } from "../../../../shared/client/index.ts";
import { client, inSession } from "./session.ts";

export type Report = Answer<"listConversions">["data"][number];

/** What the conversion said of the first file that fits; undefined where it said nothing, or cannot be asked. */
export async function findReport(fits: (report: Report) => boolean): Promise<Report | undefined> {
  try {
    // Reports come a page at a time, in no order that a path could be looked up in.
    for await (const report of client.pages("listConversions", { params: inSession(), query: { limit: 100 } })) {
      if (fits(report)) return report;
    }
  } catch {
    // The state of the file itself is shown all the same.
  }
  return undefined;
}
