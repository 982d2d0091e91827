/**
 * All live sessions of a stage, page by page, for operators. The index `by_due` has them in sixteen shards, each in the
 * order of the alarm clocks; the pages merge the shards, latest alarm first. For sessions of one platform that is the
 * one used last first; one that waits for a conversion or an approval stands where its alarm stands. A session that is
 * used between two pages moves forward and may be missed: whoever needs every one of them asks for an export.
 */
import { dueShards, sessionKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import type { SessionRecord } from "./session-record.ts";

/** Where each shard's reading stands: nowhere yet, at its end, or behind one session. */
type Position = "start" | "end" | { due_at: string; session_id: string };

export interface EveryonePage {
  sessions: SessionRecord[];
  /** Undefined on the last page; a page before it may be short when few sessions fit the filter. */
  next: string | undefined;
}

/** A filter that hardly any session fits shall not keep a request busy. */
const MAX_QUERIES = 64;

export async function listEveryone(
  table: Table,
  { limit, from, isWanted }: { limit: number; from?: string; isWanted: (record: SessionRecord) => boolean },
): Promise<EveryonePage | undefined> {
  const positions = from === undefined ? dueShards.map((): Position => "start") : parsePositions(from);
  if (positions === undefined) return undefined;
  let queries = 0;
  const mayAsk = () => queries++ < MAX_QUERIES;
  const pageSize = Math.ceil(limit / 8) + 2;
  const readers = dueShards.map((shard, index) =>
    createShardReader(table, { shard, pageSize, start: positions[index] ?? "start", isWanted, mayAsk }),
  );
  await Promise.all(readers.map((reader) => reader.fill()));
  const sessions: SessionRecord[] = [];
  // A shard that could not be read on may hold what comes next: the page ends there.
  while (sessions.length < limit && readers.every((reader) => !reader.isUnknown())) {
    const first = readers.filter((reader) => reader.head() !== undefined).sort(byAlarm)[0];
    if (first === undefined) break;
    sessions.push(first.take());
    await first.fill();
  }
  const isAll = readers.every((reader) => reader.position() === "end");
  return { sessions, next: isAll ? undefined : readers.map((reader) => toText(reader.position())).join(",") };
}

interface ShardReader {
  head(): SessionRecord | undefined;
  take(): SessionRecord;
  fill(): Promise<void>;
  isUnknown(): boolean;
  position(): Position;
}

function byAlarm(a: ShardReader, b: ShardReader): number {
  const [first = "", second = ""] = [a.head()?.due_at, b.head()?.due_at];
  return first < second ? 1 : first > second ? -1 : 0;
}

interface ShardOptions {
  shard: number;
  start: Position;
  pageSize: number;
  isWanted(record: SessionRecord): boolean;
  mayAsk(): boolean;
}

/** One shard's wanted sessions, read ahead by a page. */
function createShardReader(table: Table, { shard, start, pageSize, isWanted, mayAsk }: ShardOptions): ShardReader {
  let waiting: SessionRecord[] = [];
  let consumed: Position = start;
  let isRead = start === "end";

  /** Reads on until a wanted session waits or the shard is at its end, as long as it may. */
  async function fill(): Promise<void> {
    skipUnwanted();
    while (waiting.length === 0 && !isRead && mayAsk()) {
      const page = await table.queryPage({
        IndexName: "by_due",
        KeyConditionExpression: "due_shard = :shard",
        ExpressionAttributeValues: { ":shard": shard },
        ScanIndexForward: false,
        Limit: pageSize,
        ...(typeof consumed === "string" ? {} : { ExclusiveStartKey: startKey(shard, consumed) }),
      });
      waiting = page.items as SessionRecord[];
      isRead = page.last === undefined;
      skipUnwanted();
    }
  }

  function skipUnwanted(): void {
    for (let next = waiting[0]; next !== undefined && !isWanted(next); next = waiting[0]) take();
  }

  function take(): SessionRecord {
    const record = waiting.shift();
    if (record === undefined) throw new Error("Cannot take a session: none is waiting");
    consumed = { due_at: record.due_at, session_id: record.session_id };
    return record;
  }

  return {
    fill,
    take,
    head: () => waiting[0],
    isUnknown: () => waiting.length === 0 && !isRead,
    position: () => (waiting.length === 0 && isRead ? "end" : consumed),
  };
}

function startKey(shard: number, { due_at, session_id }: { due_at: string; session_id: string }) {
  return { ...sessionKey(session_id), due_shard: shard, due_at };
}

function toText(position: Position): string {
  if (typeof position === "string") return position === "end" ? "-" : "";
  return `${position.due_at}/${position.session_id}`;
}

/** Undefined for a text that we did not make. */
function parsePositions(text: string): Position[] | undefined {
  const parts = text.split(",");
  if (parts.length !== dueShards.length) return undefined;
  const positions = parts.map((part): Position | undefined => {
    if (part === "") return "start";
    if (part === "-") return "end";
    const [due_at, session_id, ...rest] = part.split("/");
    return due_at && session_id && rest.length === 0 ? { due_at, session_id } : undefined;
  });
  return positions.every((position) => position !== undefined) ? positions : undefined;
}
