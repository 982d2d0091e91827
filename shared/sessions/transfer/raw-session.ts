import { SESSION_COLUMNS } from "../../contract/transfer.ts";

/** A session as a row or a record of a file has it: nothing checked yet but that the file could be read. */
export interface RawSession {
  /** Counted from 1, without the header. */
  row: number;
  /** Present where the text of this row cannot be made sense of, whatever its fields are. */
  unreadable?: string;
  fields: Partial<Record<SessionField, unknown>>;
}

/** Every field that something is taken from. */
export const sessionFields = [
  ...SESSION_COLUMNS,
  "style",
  "status",
  "retention",
  "created_by",
  "chat_history",
] as const;

export type SessionField = (typeof sessionFields)[number];

/** A file that was read: its rows, and the names of the columns or fields that are not ours. */
export interface RawFile {
  sessions: RawSession[];
  ignored: string[];
}
