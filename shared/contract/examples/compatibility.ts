import { BEGUN, LATER, SESSION_ID, type SomeExamples } from "./example.ts";
import { CSV, stored } from "./files.ts";

const directory = `s3://bucket/sessions/${SESSION_ID}/`;
const removed = { message: "Session deleted", session_id: SESSION_ID };

export const compatibilityExamples = {
  upload: {
    body: { file: CSV },
    answer: {
      message: "Stored 1 file, made 1 table",
      session_id: SESSION_ID,
      temp_dir: directory,
      files: ["sales.csv"],
      file_results: [stored],
      table_names_message: "Tables: sales",
      sql_conversion: {
        converted_tables: [{ table_name: "sales", source_file: "sales.csv", row_count: 2 }],
        total_tables: 1,
        conversion_summary: "1 file converted to 1 table",
        python_transformations: [],
        database_info: { path: `${directory}database/1/project_data.db`, version: 1, tables: ["sales"] },
        csv_files_removed: ["sales.csv"],
        excel_files_removed: [],
        python_files_updated: [],
      },
    },
  },
  sessionInfo: {
    answer: {
      current_session_id: SESSION_ID,
      total_sessions: 1,
      max_sessions: 10,
      all_sessions: [
        { session_id: SESSION_ID, path: directory, creation_time: BEGUN, size_bytes: 2741, is_current: true },
      ],
    },
  },
  removeSession: { answer: removed },
  chatSessions: {
    answer: { sessions: [{ session_id: SESSION_ID, style: null, created_at: BEGUN, last_used: LATER }], total: 1 },
  },
  removeChat: { answer: removed },
} satisfies SomeExamples;
