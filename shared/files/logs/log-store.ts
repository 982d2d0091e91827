import { Readable } from "node:stream";
import { text as readText } from "node:stream/consumers";
import pMap from "p-map";
import type { Bucket } from "../../aws/bucket.ts";
import { fileKey, logKey, PREFIX, sessionPartition } from "../../aws/item-keys.ts";
import { itemsOfKind } from "../../aws/item-queries.ts";
import { fileObjectKey } from "../../aws/object-keys.ts";
import type { Item, Table } from "../../aws/table.ts";
import { type Clock, toTimestamp } from "../../clock.ts";
import type { Actor } from "../../contract/actor.ts";
import { AppError } from "../../errors.ts";
import { itemTtl } from "../../lifetime.ts";
import type { FileRecord } from "../file-record.ts";
import type { FileStore, Stored } from "../file-store.ts";
import { LAST_NUMBER, pieceNumber, piecePath } from "./log-names.ts";
import { type Piece, readablePieces } from "./readable-pieces.ts";

/** The item of one log. */
export interface LogRecord extends Item {
  name: string;
  last_number: number;
  created_at: string;
  modified_at: string;
}

/** What one answer holds of a log. */
export interface LogText {
  text: string;
  /** The number to go on from. */
  nextSince: number;
  /** More is there to be read at once. */
  hasMore: boolean;
}

const MAX_PIECES = 1000;
const READS_AT_ONCE = 16;

export interface LogStoreDeps {
  bucket: Bucket;
  table: Table;
  files: FileStore;
  clock: Clock;
}

export function createLogStore({ bucket, table, files, clock }: LogStoreDeps) {
  /** Stores one piece under the log's next number. Nobody else gets that number, and none is ever given twice. */
  async function append(
    sessionId: string,
    name: string,
    piece: { body: Uint8Array; uploadedBy: Actor; callId?: string | undefined },
  ): Promise<Stored & { number: number }> {
    const number = await nextNumber(sessionId, name);
    const stored = await files.put(sessionId, piecePath(name, number), Readable.from([piece.body]), {
      conversion: { state: "none", tables: [] },
      uploadedBy: piece.uploadedBy,
      callId: piece.callId,
    });
    return { ...stored, number };
  }

  async function nextNumber(sessionId: string, name: string): Promise<number> {
    const moment = clock.now();
    const now = toTimestamp(moment);
    const log = await table.update(logKey(sessionId, name), {
      UpdateExpression:
        "SET last_number = if_not_exists(last_number, :zero) + :one, #name = :name, modified_at = :now, created_at = if_not_exists(created_at, :now), #ttl = :ttl",
      ConditionExpression: "attribute_not_exists(last_number) OR last_number < :last",
      ExpressionAttributeNames: { "#name": "name", "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ...{ ":zero": 0, ":one": 1, ":name": name, ":now": now, ":last": LAST_NUMBER },
        ":ttl": itemTtl(moment),
      },
    });
    if (log === undefined) throw new AppError("session_full", `Cannot append to the log "${name}": it is full`);
    return (log as LogRecord).last_number;
  }

  /** Takes the log's own item away, which came to a session that had ended meanwhile. */
  async function forget(sessionId: string, name: string): Promise<void> {
    await table.remove(logKey(sessionId, name));
  }

  /** One page of logs in the order of their names. */
  async function list(sessionId: string, { limit, after }: { limit: number; after?: string }) {
    const page = await table.queryPage({
      ...itemsOfKind(sessionId, PREFIX.log),
      Limit: limit,
      ...(after === undefined ? {} : { ExclusiveStartKey: logKey(sessionId, after) }),
    });
    const logs = page.items as LogRecord[];
    return { logs, next: page.last === undefined ? undefined : logs.at(-1)?.name };
  }

  /** The log's text behind a number, at most so many bytes of it; undefined when there is no such log. */
  async function read(
    sessionId: string,
    name: string,
    { since, maxBytes }: { since: number; maxBytes: number },
  ): Promise<LogText | undefined> {
    if ((await table.find(logKey(sessionId, name))) === undefined) return undefined;
    const { pieces, isWhole } = await listPieces(sessionId, name, since);
    const { readable, isFull } = readablePieces(pieces, { since, now: clock.now(), maxBytes });
    const texts = await pMap(readable, (piece) => readPiece(sessionId, piece), { concurrency: READS_AT_ONCE });
    const taken = countThatFit(texts, maxBytes);
    const isPageRead = readable.length === pieces.length;
    const hasMore = taken < readable.length || isFull || (isPageRead && !isWhole);
    return { text: texts.slice(0, taken).join(""), nextSince: readable[taken - 1]?.number ?? since, hasMore };
  }

  async function listPieces(sessionId: string, name: string, since: number) {
    const pieces: Piece[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await table.queryPage({
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues: {
          ":pk": sessionPartition(sessionId),
          ":first": fileKey(sessionId, piecePath(name, since + 1).path).sk,
          ":last": fileKey(sessionId, piecePath(name, LAST_NUMBER).path).sk,
        },
        ConsistentRead: true,
        Limit: MAX_PIECES,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      pieces.push(...(page.items as FileRecord[]).flatMap((record) => toPiece(name, record)));
      start = page.last;
    } while (start !== undefined && pieces.length < MAX_PIECES);
    return { pieces, isWhole: start === undefined };
  }

  /** A piece deleted since it was listed has nothing to say. */
  async function readPiece(sessionId: string, { path }: Piece): Promise<string> {
    const object = await bucket.read(fileObjectKey(sessionId, path));
    return object === undefined ? "" : readText(object.body);
  }

  return { append, forget, list, read };
}

export type LogStore = ReturnType<typeof createLogStore>;

/** None for another log's piece that sorts among ours: `a.000001.000001` is of the log `a.000001`. */
function toPiece(name: string, record: FileRecord): Piece[] {
  const number = pieceNumber(name, record.name);
  if (number === undefined || record.status !== "ready") return [];
  return [{ number, path: record.path, sizeBytes: record.size_bytes, writtenAt: new Date(record.created_at) }];
}

/** How many of the first texts an answer has room for. In it they stand as JSON, where a control character takes six. */
function countThatFit(texts: readonly string[], maxBytes: number): number {
  let bytes = 0;
  for (const [index, text] of texts.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(text));
    if (bytes > maxBytes && index > 0) return index;
  }
  return texts.length;
}
