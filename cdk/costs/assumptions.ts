/** What `npm run costs` takes for granted: what a session does, and how AWS behaves. Each may be set: `queries=20`. */
import * as z from "zod";

const times = z.number().min(0);
const share = z.number().min(0).max(1);

/** Of one session, from its beginning to its end. */
const mix = {
  /** Minutes in which something is asked: each notes activity once, and asks the authorizer once. */
  activeMinutes: times,
  sessionReads: times,
  sessionLists: times,
  /** CSV files of 5,000 rows (about 270 kB), sent and converted in one request each. */
  uploads: times,
  /** Files of 5 MB sent straight to the storage. */
  directUploads: times,
  scripts: times,
  fileLists: times,
  downloads: times,
  tableLists: times,
  queries: times,
  /** Whole tables as CSV. */
  tableExports: times,
  /** Entries of the history. */
  appends: times,
  historyReads: times,
  approvals: times,
  documents: times,
  documentReads: times,
  cacheLookups: times,
  cacheWrites: times,
  archives: times,
  /** Of all sessions, how many are deleted by their users; the others expire, and the sweep ends them. */
  deletedShare: share,
  /** From the first file to the last byte removed. */
  hoursKept: times,
};

/** Of AWS, where nothing could be measured here. */
const behaviour = {
  dynamodbMs: times,
  s3Ms: times,
  /** What calling another function adds to its own time. */
  invokeMs: times,
  coldStartShare: share,
  coldStartMs: times,
  /** Of queries, how many come to an instance that has the database at hand. */
  warmDatabaseShare: share,
  /** What Lambda itself logs of an invocation. */
  platformLogBytes: times,
  accessLogBytes: times,
  /** Of requests, how many X-Ray records: one a second and 5 % of the rest. */
  traceShare: share,
  /** The busiest hour beside the average one. */
  peakFactor: z.number().min(1),
};

const assumptions = z.strictObject({ ...mix, ...behaviour });

export type Assumptions = z.infer<typeof assumptions>;

export const mixNames = Object.keys(mix) as (keyof typeof mix)[];

/** A person who asks ten questions about two spreadsheets within a quarter of an hour, with an agent that keeps notes. */
export const defaults: Assumptions = {
  activeMinutes: 12,
  sessionReads: 6,
  sessionLists: 2,
  uploads: 2,
  directUploads: 0.1,
  scripts: 0.1,
  fileLists: 4,
  downloads: 1,
  tableLists: 4,
  queries: 10,
  tableExports: 0.1,
  appends: 20,
  historyReads: 6,
  approvals: 0.5,
  documents: 2,
  documentReads: 2,
  cacheLookups: 4,
  cacheWrites: 2,
  archives: 0.1,
  deletedShare: 0.2,
  hoursKept: 24.5,
  dynamodbMs: 5,
  s3Ms: 25,
  invokeMs: 10,
  coldStartShare: 0.02,
  coldStartMs: 500,
  warmDatabaseShare: 0.2,
  platformLogBytes: 300,
  accessLogBytes: 450,
  traceShare: 0.05,
  peakFactor: 3,
};

/** The defaults with what the command line sets, `["queries=20"]` say; throws an error that names what is wrong. */
export function parseAssumptions(words: readonly string[]): Assumptions {
  const set = words.map((word): [string, number] => {
    const [name = "", value = ""] = word.split("=", 2);
    if (!Object.hasOwn(defaults, name))
      throw new Error(`Cannot set "${name}": not one of ${Object.keys(defaults).join(", ")}`);
    return [name, value === "" ? Number.NaN : Number(value)];
  });
  const result = assumptions.safeParse({ ...defaults, ...Object.fromEntries(set) });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`Cannot set "${issue?.path.join(".")}": ${issue?.message}`);
}
