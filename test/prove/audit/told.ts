/**
 * What the clients were told, and nothing else: the auditor's only source besides bucket and table. Where an answer never
 * came, more than one outcome is right, and it keeps them all.
 */
export interface ToldSession {
  /** `unsure`: somebody asked for its end and was not answered. */
  state: "alive" | "ended" | "unsure";
  /** By path the SHA-256 that one of must be there; null stands for no file. */
  files: Map<string, Set<string | null>>;
  /** By path what may still come by itself: a direct upload whose bytes were sent and whose end nobody was told. */
  late: Map<string, Set<string>>;
}

/** What the clients know, session by session. */
export class Told {
  readonly sessions = new Map<string, ToldSession>();

  begun(sessionId: string): void {
    this.sessions.set(sessionId, { state: "alive", files: new Map(), late: new Map() });
  }

  /** Before the request goes out: from now on either may be. */
  ending(sessionId: string): void {
    this.#of(sessionId).state = "unsure";
  }

  ended(sessionId: string): void {
    this.#of(sessionId).state = "ended";
  }

  /** Before the request goes out: what was there, or what is sent. */
  storing(sessionId: string, path: string, sha256: string | null): void {
    const { files } = this.#of(sessionId);
    const possible = files.get(path) ?? new Set([null]);
    files.set(path, possible.add(sha256));
  }

  /** Before the bytes of a direct upload go out. */
  mayCome(sessionId: string, path: string, sha256: string): void {
    const { late } = this.#of(sessionId);
    late.set(path, (late.get(path) ?? new Set()).add(sha256));
    this.storing(sessionId, path, sha256);
  }

  /** The answer came: this it is, unless something older still comes. */
  stored(sessionId: string, path: string, sha256: string | null): void {
    const { files, late } = this.#of(sessionId);
    files.set(path, new Set([sha256, ...(late.get(path) ?? [])]));
  }

  /** The answer to a direct upload came: nothing of it is left to come. */
  arrived(sessionId: string, path: string, sha256: string): void {
    this.#of(sessionId).late.get(path)?.delete(sha256);
    this.stored(sessionId, path, sha256);
  }

  /** All that may be under this path. */
  possible(sessionId: string, path: string): ReadonlySet<string | null> {
    return this.#of(sessionId).files.get(path) ?? new Set([null]);
  }

  #of(sessionId: string): ToldSession {
    const session = this.sessions.get(sessionId);
    if (session === undefined) throw new Error(`Nobody was told of ${sessionId}`);
    return session;
  }
}
