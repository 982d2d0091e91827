import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";

interface FileSession {
  session_id: string;
  user_id: string;
  platform: string;
  created_at: string;
  last_activity: string;
  metadata: string;
}

/** How one file is written: its text, and back. */
export interface FileFormat {
  write(sessions: Map<string, FileSession>): string;
  read(text: string): Map<string, FileSession>;
}

export const jsonFile: FileFormat = {
  write: (sessions) => JSON.stringify(Object.fromEntries(sessions), undefined, 2),
  read: (text) => new Map(Object.entries(JSON.parse(text))),
};

const columns = ["session_id", "user_id", "platform", "created_at", "last_activity", "metadata"] as const;

/** Without quoting: faster than the real thing, so the comparison is kind to it. */
export const csvFile: FileFormat = {
  write: (sessions) =>
    [columns.join(","), ...[...sessions.values()].map((row) => columns.map((name) => row[name]).join(","))].join("\n"),
  read: (text) => {
    const rows = text.split("\n").slice(1);
    return new Map(
      rows.map((line) => {
        const cells = line.split(",");
        const row = Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ""]));
        return [cells[0] ?? "", row as unknown as FileSession];
      }),
    );
  },
};

/**
 * The way sessions are usually kept first: one file, read and rewritten on every change. Written to a temporary name
 * and renamed, so that a crash does not cut it in half; two writers at once would still lose each other's changes.
 */
export class OneFile {
  readonly #path: string;
  readonly #format: FileFormat;

  constructor(path: string, format: FileFormat) {
    this.#path = path;
    this.#format = format;
  }

  async add(count: number): Promise<void> {
    const sessions = await this.#load();
    for (let index = 0; index < count; index++) {
      const session = newSession(`user_${index}`);
      sessions.set(session.session_id, session);
    }
    await this.#save(sessions);
  }

  async create(userId: string): Promise<string> {
    const sessions = await this.#load();
    const session = newSession(userId);
    sessions.set(session.session_id, session);
    await this.#save(sessions);
    return session.session_id;
  }

  async get(sessionId: string): Promise<FileSession | undefined> {
    return (await this.#load()).get(sessionId);
  }

  async touch(sessionId: string): Promise<void> {
    const sessions = await this.#load();
    const session = sessions.get(sessionId);
    if (session !== undefined) session.last_activity = new Date().toISOString();
    await this.#save(sessions);
  }

  async remove(sessionId: string): Promise<void> {
    const sessions = await this.#load();
    sessions.delete(sessionId);
    await this.#save(sessions);
  }

  async #load(): Promise<Map<string, FileSession>> {
    return existsSync(this.#path) ? this.#format.read(await readFile(this.#path, "utf8")) : new Map();
  }

  async #save(sessions: Map<string, FileSession>): Promise<void> {
    await writeFile(`${this.#path}.new`, this.#format.write(sessions));
    await rename(`${this.#path}.new`, this.#path);
  }
}

function newSession(userId: string): FileSession {
  const now = new Date().toISOString();
  const metadata = `note ${"x".repeat(100)}`;
  return { session_id: randomUUID(), user_id: userId, platform: "web", created_at: now, last_activity: now, metadata };
}
