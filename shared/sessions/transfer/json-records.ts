/**
 * Sessions as a `sessions.json` file has them: id → record with `style`, `created_at`, `last_used` and
 * `chat_history`. Beside these a record holds every other field of the session, so that nothing is lost.
 */
import type { HistoryEntry } from "../../contract/history.ts";
import { AppError } from "../../errors.ts";
import type { ExportedSession } from "./exported-session.ts";
import { type RawFile, type RawSession, sessionFields } from "./raw-session.ts";

/** A session with its history, a page of it at a time. */
export interface SessionWithHistory {
  record: ExportedSession;
  history: AsyncIterable<readonly HistoryEntry[]>;
}

/** The text of the file, piece by piece: valid JSON however many sessions and entries there are. */
export async function* toJsonText(sessions: AsyncIterable<SessionWithHistory>): AsyncGenerator<string> {
  let separator = "{\n";
  for await (const { record, history } of sessions) {
    const head = JSON.stringify(toFields(record)).slice(0, -1);
    yield `${separator}${JSON.stringify(record.session_id)}: ${head},"chat_history":[`;
    yield* toEntries(history);
    yield "]}";
    separator = ",\n";
  }
  yield separator === "{\n" ? "{}\n" : "\n}\n";
}

async function* toEntries(pages: AsyncIterable<readonly HistoryEntry[]>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const page of pages) {
    if (page.length === 0) continue;
    const text = page.map((entry) => JSON.stringify(toChatEntry(entry))).join(",");
    yield isFirst ? text : `,${text}`;
    isFirst = false;
  }
}

function toFields(record: SessionWithHistory["record"]) {
  return {
    style: record.metadata.style ?? null,
    created_at: record.created_at,
    last_used: record.last_activity,
    user_id: record.user_id,
    platform: record.platform,
    thread_id: record.thread_id,
    status: record.status,
    retention: record.retention_wish ?? {},
    created_by: record.created_by,
    metadata: record.metadata,
    pending_approval: record.pending_approval,
  };
}

function toChatEntry({ role, content, created_at, metadata, origin, actor }: HistoryEntry) {
  return { role, content, timestamp: created_at, metadata, origin, ...(actor === undefined ? {} : { actor }) };
}

/** Reads such a file, or a list of records that name their `session_id`. Throws when it is neither. */
export function readJson(text: string, firstRow: number): RawFile {
  const value = parse(text, "JSON");
  if (Array.isArray(value))
    return toRawFile(
      value.map((record) => ({ record })),
      firstRow,
    );
  if (typeof value !== "object" || value === null) {
    throw new AppError("invalid_json", "Cannot read the body: send an object of sessions by id; nothing was imported");
  }
  return toRawFile(
    Object.entries(value).map(([id, record]) => ({ id, record })),
    firstRow,
  );
}

/** Reads one record a line, each with its `session_id`. */
export function readNdjson(text: string, firstRow: number): RawFile {
  const lines = text.split("\n").map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const records = lines
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => ({ record: parse(line, `line ${number} as JSON`, number) }));
  return toRawFile(records, firstRow);
}

function parse(text: string, what: string, line?: number): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const message = `Cannot read ${line === undefined ? "the body as JSON" : what}: ${(cause as Error).message}`;
    const details = line === undefined ? {} : { line };
    throw new AppError("invalid_json", `${message}; nothing was imported`, { cause, details });
  }
}

function toRawFile(records: { id?: string; record: unknown }[], firstRow: number): RawFile {
  const ignored = new Set<string>();
  const sessions = records.map(({ id, record }, index) => toRawSession(id, record, firstRow + index, ignored));
  return { sessions, ignored: [...ignored] };
}

function toRawSession(id: string | undefined, record: unknown, row: number, ignored: Set<string>): RawSession {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    return { row, unreadable: "it is not an object", fields: id === undefined ? {} : { session_id: id } };
  }
  const fields: RawSession["fields"] = {};
  for (const [name, value] of Object.entries(record)) {
    const field = sessionFields.find((one) => one === (name === "last_used" ? "last_activity" : name));
    if (field === undefined) ignored.add(name);
    if (field === "chat_history") noteIgnoredInside(value, ignored);
    // What an older system leaves empty is missing; and a time under our own name goes before its older one.
    if (field === undefined || value === null || (name === "last_used" && "last_activity" in fields)) continue;
    fields[field] = value;
  }
  return { row, fields: id === undefined ? fields : { ...fields, session_id: id } };
}

const entryFields = ["role", "content", "timestamp", "metadata", "origin", "actor"];

function noteIgnoredInside(entries: unknown, ignored: Set<string>): void {
  for (const entry of Array.isArray(entries) ? entries : []) {
    for (const name of Object.keys(entry ?? {})) {
      if (!entryFields.includes(name)) ignored.add(`chat_history[].${name}`);
    }
  }
}
