import { BEGUN, bot, LATER, SESSION_ID, SIGNED_URL, type SomeExamples } from "./example.ts";

export const CSV = "region,amount\nNorth,12\nSouth,30\n";

export const file = {
  path: "uploads/sales.csv",
  folder: "uploads" as const,
  name: "sales.csv",
  href: `/v1/sessions/${SESSION_ID}/files/uploads/sales.csv`,
  status: "ready" as const,
  size_bytes: 32,
  content_type: "text/csv",
  etag: "9b2cf535f27731c974343645a3985328",
  sha256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
  created_at: BEGUN,
  modified_at: BEGUN,
  uploaded_by: bot,
  conversion: { state: "converted" as const, tables: ["sales"], rows: 2 },
};

export const stored = { path: file.path, status: "stored" as const, file };
const log = { name: "agent.log", last_number: 12, created_at: BEGUN, modified_at: LATER };
const archive = {
  archive_id: "3f9a1c0b7d2e4856",
  state: "ready" as const,
  files: 2,
  files_done: 2,
  files_total: 2,
  bytes_done: 2741,
  bytes_total: 2741,
  url: SIGNED_URL,
  expires_at: LATER,
  size_bytes: 1390,
};
const emptyFolders = [
  "research_data",
  "intermediate_results",
  "cache",
  "logs",
  "outputs/single",
  "outputs/bulk",
] as const;

export const fileExamples = {
  listFolders: {
    answer: {
      folders: [
        { folder: "uploads", files: 1, size_bytes: 32 },
        { folder: "workspace", files: 1, size_bytes: 2709 },
        ...emptyFolders.map((folder) => ({ folder, files: 0, size_bytes: 0 })),
      ],
    },
  },
  listFiles: { answer: { data: [file], next_cursor: null } },
  uploadFiles: {
    body: { file: CSV },
    answer: { files: [stored], tables: ["sales"], database: { version: 1, tables: 1 } },
  },
  putFile: { body: CSV, answer: stored },
  getFile: { answer: { url: SIGNED_URL, expires_at: LATER, file } },
  deleteFile: { answer: { path: file.path, status: "deleted" } },
  renameFile: { body: { path: "uploads/Sales.csv", name: "sales.csv" }, answer: stored },
  deleteFiles: {
    body: { paths: ["uploads/sales.csv", "uploads/none.csv"] },
    answer: {
      files: [
        { path: "uploads/sales.csv", status: "deleted" },
        { path: "uploads/none.csv", status: "not_found" },
      ],
    },
  },
  listLogs: { answer: { data: [log], next_cursor: null } },
  appendLog: {
    body: "09:31 asked for the sales of the North\n",
    answer: {
      name: "agent.log",
      number: 12,
      size_bytes: 39,
      href: `/v1/sessions/${SESSION_ID}/files/logs/agent.000012.log`,
    },
  },
  readLog: { answer: "09:31 asked for the sales of the North\n" },
  createArchive: { body: { folder: "uploads" }, answer: archive },
  getArchive: { answer: archive },
} satisfies SomeExamples;
