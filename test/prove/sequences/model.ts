/**
 * What Cubby promises, as a few dozen lines in memory: who has which sessions, what is in them, and when they end. No
 * storage, no conditions, no retries: each rule stands here as a reader of the documentation would say it.
 */

/** The three who use Cubby at once: two people, and a program that acts for a third. */
export const people = ["ana", "ben", "telegram_7"] as const;
export type Who = (typeof people)[number];

export interface ModelFile {
  sha256: string;
  /** Data rows, of a file that is a table. */
  rows?: number;
}

interface Approval {
  tool: string;
  expiresAt: number;
  /** How it ended, once it did. */
  status?: "approved" | "rejected" | "withdrawn" | "expired";
}

export interface ModelSession {
  id: string;
  owner: Who;
  platform: string;
  thread: string | null;
  status: "active" | "completed" | "error";
  note: string;
  createdAt: number;
  lastActivity: number;
  idleMinutes: number;
  files: Map<string, ModelFile>;
  /** A summary of the tables was written, and stays when they go. */
  hasSummary: boolean;
  said: string[];
  approval?: Approval;
  /** Set by whatever removed it; one that is only over has none yet. */
  ended?: { at: number; reason: string };
}

export interface Model {
  now: number;
  sessions: ModelSession[];
}

/** What the API refuses, by the public code. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
export const KEEP_NEWEST = 3;
const MAX_AGE = 7 * DAY;
const REMEMBERED = 7 * DAY;
const APPROVAL_MS = 15 * MINUTE;

/** Minutes of silence after which a session on this platform ends. */
export function idleMinutesOn(platform: string): number {
  return platform === "web" ? 24 * 60 : 60;
}

/** When it is over by itself, and why. */
export function endOf(session: ModelSession): { at: number; reason: "idle" | "max_age" } {
  const idle = session.lastActivity + session.idleMinutes * MINUTE;
  const age = session.createdAt + MAX_AGE;
  return idle < age ? { at: idle, reason: "idle" } : { at: age, reason: "max_age" };
}

export function isLive(session: ModelSession, now: number): boolean {
  return session.ended === undefined && endOf(session).at > now;
}

/** Newest first. */
export function liveOf(model: Model, owner: Who): ModelSession[] {
  return model.sessions.filter((session) => session.owner === owner && isLive(session, model.now)).reverse();
}

/** His session, live; refused as the API refuses what is another's, long gone, or over. */
export function entered(model: Model, who: Who, session: ModelSession): ModelSession {
  remembered(model, who, session);
  if (!isLive(session, model.now)) throw new Refused("session_expired");
  return session;
}

/** His session, in whatever state; a week after its end it never was. */
export function remembered(model: Model, who: Who, session: ModelSession): ModelSession {
  const isForgotten = session.ended !== undefined && session.ended.at + REMEMBERED <= model.now;
  if (session.owner !== who || isForgotten) throw new Refused("session_not_found");
  return session;
}

/** Activity without content is noted once a minute, or four times within a shorter idle time. */
export function touch(session: ModelSession, now: number): void {
  if (now - session.lastActivity >= Math.min(MINUTE, (session.idleMinutes * MINUTE) / 4)) session.lastActivity = now;
}

/** Every session that is over and not removed yet goes; what is pending too long is late. */
export function sweep(model: Model): void {
  for (const session of model.sessions) {
    if (session.ended !== undefined || isLive(session, model.now)) continue;
    session.ended = { at: model.now, reason: endOf(session).reason };
  }
}

/** A new session, and the end of his oldest beyond the newest three. */
export function open(
  model: Model,
  owner: Who,
  { id, platform, thread, idle }: { id: string; platform: string; thread: string | null; idle: number | undefined },
): ModelSession {
  const session: ModelSession = {
    ...{ id, owner, platform, thread, status: "active", note: "", hasSummary: false, said: [] },
    createdAt: model.now,
    lastActivity: model.now,
    idleMinutes: Math.min(idle ?? Number.POSITIVE_INFINITY, idleMinutesOn(platform)),
    files: new Map(),
  };
  model.sessions.push(session);
  for (const old of liveOf(model, owner).slice(KEEP_NEWEST)) old.ended = { at: model.now, reason: "keep_newest" };
  return session;
}

/** A file takes its place; what was there under its name is gone. */
export function store(session: ModelSession, path: string, file: ModelFile, now: number): void {
  session.files.set(path, file);
  session.lastActivity = now;
  if (isTable(path)) session.hasSummary = true;
}

/** Only what comes into `uploads/` is looked at for tables. */
export function isTable(path: string): boolean {
  return path.startsWith("uploads/") && path.endsWith(".csv");
}

/** Tables are named after their files. */
export function tablesOf(session: ModelSession): { name: string; rows: number }[] {
  return [...session.files]
    .filter(([path]) => isTable(path))
    .map(([path, { rows }]) => ({ name: path.slice("uploads/".length, -".csv".length), rows: rows ?? 0 }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** One at a time waits. */
export function ask(session: ModelSession, tool: string, now: number): void {
  if (pendingOf(session, now) !== undefined) throw new Refused("approval_pending");
  session.approval = { tool, expiresAt: now + APPROVAL_MS };
  touch(session, now);
}

/** Decided or withdrawn once; the same again is answered the same, anything else is told how it ended. */
export function settle(session: ModelSession, outcome: "approved" | "rejected" | "withdrawn", now: number): string {
  const pending = pendingOf(session, now);
  const { approval } = session;
  if (approval === undefined) throw new Refused("approval_not_found");
  if (pending !== undefined) {
    pending.status = outcome;
    touch(session, now);
  } else if (approval.status !== outcome) {
    const codes = { approved: "decided", rejected: "decided", withdrawn: "withdrawn", expired: "expired" };
    throw new Refused(`approval_${codes[approval.status ?? "expired"]}`);
  }
  return outcome;
}

/** What waits for a yes or no. */
export function pendingOf(session: ModelSession, now: number): Approval | undefined {
  const { approval } = session;
  return approval?.status === undefined && approval !== undefined && approval.expiresAt > now ? approval : undefined;
}
