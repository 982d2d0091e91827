/** The only place that builds or parses keys of the table. */
export interface ItemKey {
  pk: string;
  sk: string;
}

export const META = "META";
export const PREFERENCES = "PREFERENCES";

export function sessionPartition(sessionId: string): string {
  return `SESSION#${sessionId}`;
}

export function sessionKey(sessionId: string): ItemKey {
  return { pk: sessionPartition(sessionId), sk: META };
}

export function fileKey(sessionId: string, path: string): ItemKey {
  return { pk: sessionPartition(sessionId), sk: `FILE#${path}` };
}

export function tableKey(sessionId: string, name: string): ItemKey {
  return { pk: sessionPartition(sessionId), sk: `TABLE#${name}` };
}

/**
 * `HISTORY#` on purpose: no other kind of item sorts between it and `META`, so one query reads the newest entries and
 * the session's own item together.
 */
export function historyKey(sessionId: string, entryId: string): ItemKey {
  return { pk: sessionPartition(sessionId), sk: `HISTORY#${entryId}` };
}

/** The last number given to a log; not `LOG#`, which would sort between the history and the session's own item. */
export function logKey(sessionId: string, name: string): ItemKey {
  return { pk: sessionPartition(sessionId), sk: `${PREFIX.log}${name}` };
}

export function archiveKey(sessionId: string, archiveId: string): ItemKey {
  return { pk: sessionPartition(sessionId), sk: `${PREFIX.archive}${archiveId}` };
}

/** What belongs to a user himself and outlives his sessions. */
export function userPartition(userId: string): string {
  return `USER#${userId}`;
}

/** Who makes the session of a user's thread. Neither user ids nor platforms hold a `#`; a thread's id may hold anything. */
export function threadKey(userId: string, platform: string, threadId: string | null): ItemKey {
  return { pk: userPartition(userId), sk: threadId === null ? `THREAD#${platform}` : `THREAD#${platform}#${threadId}` };
}

/** What a user's sessions claim together, where the stage limits it. */
export function usageKey(userId: string): ItemKey {
  return { pk: userPartition(userId), sk: "USAGE" };
}

export function uploadKey(sessionId: string, uploadId: string): ItemKey {
  return { pk: sessionPartition(sessionId), sk: `${PREFIX.upload}${uploadId}` };
}

export function preferencesKey(userId: string): ItemKey {
  return { pk: userPartition(userId), sk: PREFERENCES };
}

/** From the first entry to this one, or on to the session's own item. */
export function historyRange(sessionId: string, upTo?: string): { pk: string; from: string; to: string } {
  const to = upTo === undefined ? META : historyKey(sessionId, upTo).sk;
  return { pk: sessionPartition(sessionId), from: PREFIX.history, to };
}

/**
 * Answers kept for a session's calls stand with the session and go with it: they repeat what was said in it. Answers to
 * other calls stand with the user. Their name sorts before the history's on purpose.
 */
export function idempotencyItemKey(
  caller: { name: string; userId: string },
  key: string,
  sessionId: string | undefined,
): ItemKey {
  const pk = sessionId === undefined ? userPartition(caller.userId) : sessionPartition(sessionId);
  return { pk, sk: `${PREFIX.answer}${caller.name}#${key}` };
}

/** In a session's partition: says that the user's answer of the same name tells of this session and goes with it. */
export function answerTieKey(sessionId: string, answer: ItemKey): ItemKey {
  return { pk: sessionPartition(sessionId), sk: answer.sk };
}

export function isUserKey({ pk }: ItemKey): boolean {
  return pk.startsWith("USER#");
}

/** The partition of index `by_user` that holds the tombstones of a user's sessions. No user id holds a `#`. */
export function endedPartition(userId: string): string {
  return `ENDED#${userId}`;
}

/** `hash` is that of the pair which the answer is for; a large answer lies in an object whose name begins with it. */
export function cacheKey(sessionId: string, hash: string): ItemKey {
  return { pk: sessionPartition(sessionId), sk: `${PREFIX.cache}${hash}` };
}

/** How much a session has stored in its cache on one day (`2026-11-21`). */
export function cacheUseKey(sessionId: string, day: string): ItemKey {
  return { pk: sessionPartition(sessionId), sk: `CACHE_USE#${day}` };
}

/** The sweep's own item: its lease and its cursors. */
export const sweepStateKey: ItemKey = { pk: "SWEEP", sk: "STATE" };

export const PREFIX = {
  answer: "ANSWER#",
  cache: "CACHE#",
  file: "FILE#",
  table: "TABLE#",
  history: "HISTORY#",
  upload: "UPLOAD#",
  archive: "ARCHIVE#",
  log: "NUMBERS#",
} as const;

/** `SESSION#<id>` → `<id>`; undefined for the key of anything else. */
export function parseSessionPartition(pk: string): string | undefined {
  return pk.startsWith("SESSION#") ? pk.slice("SESSION#".length) : undefined;
}

const DUE_SHARDS = 16;

/** The shards of `by_due`; together they are also the list of all sessions. */
export const dueShards: readonly number[] = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);

/** Spreads sessions evenly over the shards by the random end of their ids. */
export function dueShard(sessionId: string): number {
  let hash = 0;
  for (const character of sessionId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hash % DUE_SHARDS;
}
