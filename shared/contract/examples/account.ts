import { BEGUN, ENDS, LATER, SESSION_ID, SIGNED_URL, type SomeExamples } from "./example.ts";
import { receipt } from "./sessions.ts";

const MIB = 1024 * 1024;
const ending = { session_id: SESSION_ID, expires_at: ENDS };
const cleared = { receipts: [receipt], ended: 1, failed: [], remaining: false };

export const accountExamples = {
  clearSessions: { answer: cleared },
  listReceipts: { answer: { data: [receipt], next_cursor: null } },
  usage: {
    answer: {
      user_id: "telegram_12345",
      sessions: { live: 1, limit: null, keep_newest: 10 },
      files: 2,
      bytes: 2741,
      reserved: { files: 0, bytes: 0 },
      tables: 1,
      rows: 2,
      limits: {
        session_files: 10_000,
        session_bytes: 10 * 1024 * MIB,
        user_bytes: null,
        file_bytes: 100 * MIB,
        inline_upload_bytes: 4 * MIB,
      },
      fullest_session: { session_id: SESSION_ID, files: 2, bytes: 2741 },
      next_ending: ending,
      complete: true,
    },
  },
  getPreferences: { answer: { theme: "dark" } },
  putPreferences: { body: { theme: "dark" }, answer: { theme: "dark" } },
  stats: {
    answer: {
      computed_at: LATER,
      complete: true,
      live: 1,
      awaiting_removal: 0,
      by_platform: { telegram: 1 },
      by_status: { active: 1, completed: 0, error: 0 },
      files: 2,
      bytes: 2741,
      tables: 1,
      rows: 2,
      oldest: { session_id: SESSION_ID, user_id: "telegram_12345", platform: "telegram", created_at: BEGUN },
      ending_soon: {
        within_minutes: 60,
        count: 1,
        first: [{ ...ending, user_id: "telegram_12345", platform: "telegram" }],
      },
    },
  },
  evictUser: { answer: { ...cleared, user_id: "telegram_12345", preferences_removed: true, items_removed: 1 } },
  exportSessions: { answer: { url: SIGNED_URL, expires_at: LATER, sessions: 1, size_bytes: 418 } },
  importSessions: {
    body:
      "session_id,user_id,platform,thread_id,created_at,last_activity,pending_approval,metadata\r\n" +
      `${SESSION_ID},telegram_12345,telegram,chat-77,${BEGUN},${LATER},,{}\r\n`,
    answer: {
      counts: { imported: 1, unchanged: 0, skipped: 0, refused: 0 },
      rows: [{ row: 1, session_id: SESSION_ID, status: "imported" }],
      rows_left_out: 0,
      ignored: [],
    },
  },
  health: { answer: { status: "ok", version: "0.1.0", time: LATER } },
  openapi: { answer: { openapi: "3.1.0", info: { title: "Cubby", version: "0.1.0" }, paths: {} } },
} satisfies SomeExamples;
