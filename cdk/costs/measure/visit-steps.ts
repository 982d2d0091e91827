/** What a session does, one thing a step, by the client that users have. */
import type { Client } from "../../../shared/client/index.ts";
import type { FunctionName } from "../../topology.ts";
import type { Assumptions } from "../assumptions.ts";

export type Feature = "sessions" | "files" | "tables" | "talk" | "documents" | "archives" | "ending" | "upkeep";

/** A visitor and his session. */
export interface Visit {
  readonly client: Client;
  /** Empty until the step that creates it. */
  sessionId: string;
  /** As if the session had been idle for some minutes: the next call notes activity. */
  makeIdle(): Promise<void>;
}

export interface Step {
  readonly name: string;
  readonly feature: Feature;
  /** How often a session does it. */
  times(mix: Assumptions): number;
  /** Functions that are called beside `api`, each once. */
  readonly calls?: readonly FunctionName[];
  /** Messages that it leaves in the conversion queue, which works them off behind it. */
  readonly messages?: number;
  /** Not measured. */
  prepare?(visit: Visit): Promise<unknown>;
  run(visit: Visit): Promise<unknown>;
}

const cities = ["Lagos", "Lima", "Lund", "Lyon"];

/** A table as people bring them: numbers, days, a few words. */
const csv = [
  "day,city,product,units,price,paid",
  ...Array.from({ length: 5_000 }, (_, row) => {
    const day = new Date(Date.UTC(2026, 0, 1 + (row % 365))).toISOString().slice(0, 10);
    return `${day},${cities[row % 4]},product ${row % 97},${row % 1_000},${(row * 7.3).toFixed(2)},${row % 3 === 0}`;
  }),
].join("\n");
const script = 'import pandas as pd\n\nsales = pd.read_csv("sales.csv")\nprint(sales.groupby("city")["units"].sum())\n';
const answer = { summary: "Lagos sold most", rows: cities.map((city, rank) => ({ city, rank })) };
const FIVE_MEGABYTES = 5 * 1024 * 1024;

const of = ({ sessionId }: Visit) => ({ session_id: sessionId });

export const visitSteps: readonly Step[] = [
  {
    ...{ name: "create a session", feature: "sessions", times: () => 1 },
    run: async (visit) => {
      visit.sessionId = (await visit.client.call("createSession", { body: { platform: "web" } })).session_id;
    },
  },
  {
    ...{ name: "read it", feature: "sessions", times: ({ sessionReads }) => sessionReads },
    run: (visit) => visit.client.call("getSession", { params: of(visit) }),
  },
  {
    ...{ name: "list mine", feature: "sessions", times: ({ sessionLists }) => sessionLists },
    run: ({ client }) => client.call("listSessions", {}),
  },
  {
    ...{ name: "note activity", feature: "sessions", times: ({ activeMinutes }) => activeMinutes },
    prepare: (visit) => visit.makeIdle(),
    run: (visit) => visit.client.call("touchSession", { params: of(visit) }),
  },
  {
    ...{ name: "upload a CSV", feature: "files", times: ({ uploads }) => uploads, calls: ["convert"] },
    run: (visit) => visit.client.uploadFiles(visit.sessionId, [{ name: "sales.csv", content: csv }]),
  },
  {
    ...{ name: "ask, database fetched", feature: "tables", calls: ["query"] },
    times: ({ queries, warmDatabaseShare }) => queries * (1 - warmDatabaseShare),
    run: askForUnits,
  },
  {
    ...{ name: "ask, database at hand", feature: "tables", calls: ["query"] },
    times: ({ queries, warmDatabaseShare }) => queries * warmDatabaseShare,
    run: askForUnits,
  },
  {
    ...{ name: "list tables", feature: "tables", times: ({ tableLists }) => tableLists },
    run: (visit) => visit.client.call("listTables", { params: of(visit) }),
  },
  {
    ...{ name: "export a table", feature: "tables", times: ({ tableExports }) => tableExports, calls: ["query"] },
    run: async (visit) => (await visit.client.downloadTable(visit.sessionId, "sales", "csv")).arrayBuffer(),
  },
  {
    ...{ name: "upload a script", feature: "files", times: ({ scripts }) => scripts, calls: ["convert"] },
    run: (visit) => visit.client.uploadFiles(visit.sessionId, [{ name: "sales.py", content: script }]),
  },
  {
    ...{ name: "send 5 MB directly", feature: "files", times: ({ directUploads }) => directUploads },
    // Completing asks for conversion, and so does the storage's own event; the second may find everything done.
    ...{ calls: ["convert"], messages: 2 },
    run: (visit) => visit.client.upload(visit.sessionId, "uploads/large.bin", new Uint8Array(FIVE_MEGABYTES)),
  },
  {
    ...{ name: "list files", feature: "files", times: ({ fileLists }) => fileLists },
    run: (visit) => visit.client.call("listFiles", { params: of(visit) }),
  },
  {
    ...{ name: "download a file", feature: "files", times: ({ downloads }) => downloads },
    run: async (visit) => (await visit.client.download(visit.sessionId, "uploads/sales.csv")).arrayBuffer(),
  },
  {
    ...{ name: "append to the history", feature: "talk", times: ({ appends }) => appends },
    run: (visit) =>
      visit.client.call("appendHistory", { params: of(visit), body: { role: "user", content: "Who sold most?" } }),
  },
  {
    ...{ name: "read the history", feature: "talk", times: ({ historyReads }) => historyReads },
    run: (visit) => visit.client.call("listHistory", { params: of(visit) }),
  },
  {
    ...{ name: "ask for approval and decide", feature: "talk", times: ({ approvals }) => approvals },
    run: async (visit) => {
      await visit.client.call("setApproval", { params: of(visit), body: { tool_name: "send_mail" } });
      await visit.client.call("decideApproval", { params: of(visit), body: { decision: "approved" } });
    },
  },
  {
    ...{ name: "store a document", feature: "documents", times: ({ documents }) => documents },
    run: (visit) => visit.client.call("addNamedResearchData", documentOf(visit)),
  },
  {
    ...{ name: "read a document", feature: "documents", times: ({ documentReads }) => documentReads },
    run: (visit) => visit.client.call("getResearchData", { params: { ...of(visit), name: "answer" } }),
  },
  {
    ...{ name: "keep an answer", feature: "documents", times: ({ cacheWrites }) => cacheWrites },
    run: (visit) => visit.client.call("putCache", { params: of(visit), body: { ...question, result: answer } }),
  },
  {
    ...{ name: "look an answer up", feature: "documents", times: ({ cacheLookups }) => cacheLookups },
    run: (visit) => visit.client.call("lookupCache", { params: of(visit), body: question }),
  },
  {
    ...{ name: "pack all files", feature: "archives", times: ({ archives }) => archives, calls: ["archive"] },
    run: (visit) => visit.client.prepareArchive(visit.sessionId),
  },
];

const question = { query: "Who sold most?", mode: "exact" };

function documentOf(visit: Visit) {
  return { params: { ...of(visit), name: "answer" }, body: { data: answer } } as const;
}

function askForUnits(visit: Visit): Promise<unknown> {
  const sql = "SELECT city, sum(units) AS units FROM sales GROUP BY city ORDER BY units DESC";
  return visit.client.call("query", { params: of(visit), body: { sql } });
}
