import type { Actor } from "../../contract/actor.ts";
import type { HistoryEntry } from "../../contract/history.ts";
import type { Retention, Session } from "../../contract/session.ts";
import type { Row } from "./row-schema.ts";

/** One row that can be stored. What the row does not say is absent, and decided when it is stored. */
export interface SessionDraft {
  session_id: string;
  user_id: string;
  platform: string;
  thread_id: string | null;
  created_at?: string;
  last_activity?: string;
  pending_approval: Row["pending_approval"];
  metadata: Session["metadata"];
  status?: Session["status"];
  retention_wish?: Retention;
  created_by?: Actor;
  history: HistoryEntry[];
  /** Of all that the row says: by it a row is known that was imported before. */
  import_hash: string;
}
