import { fileKey, PREFIX } from "../aws/item-keys.ts";
import { itemsOfKind } from "../aws/item-queries.ts";
import type { Table } from "../aws/table.ts";
import type { Folder } from "../contract/file.ts";
import { scriptLanguage } from "../python/script-language.ts";
import type { FileRecord } from "./file-record.ts";

/** Beyond this many, reading the list is faster than asking one by one. */
const MAX_SINGLE_READS = 25;

/** What a conversion has to look at. A script that waits is among both. */
export interface ConversionWork {
  pending: FileRecord[];
  scripts: FileRecord[];
}

/** Also a removed file, whose tables are to go. */
export function waitsForConversion({ conversion }: FileRecord): boolean {
  return conversion.state === "pending" || conversion.state === "converting";
}

/** A file of which there are tables, and for which no conversion is asked that would make them anew. */
export function hasSettledTables(record: FileRecord): boolean {
  return record.conversion.tables.length > 0 && !waitsForConversion(record);
}

/** The part of the file store that only reads. */
export function createFileReading(table: Table) {
  /** The record of a file that clients may see. */
  async function find(sessionId: string, path: string): Promise<FileRecord | undefined> {
    const record = (await table.find(fileKey(sessionId, path))) as FileRecord | undefined;
    return record?.status === "ready" ? record : undefined;
  }

  /** Those of these files that there are, by their paths. Many are found faster by reading the list than one by one. */
  async function findMany(sessionId: string, paths: readonly string[]): Promise<Map<string, FileRecord>> {
    const wanted = new Set(paths);
    const found =
      wanted.size <= MAX_SINGLE_READS
        ? await Promise.all([...wanted].map((path) => find(sessionId, path)))
        : await listOf(sessionId, wanted);
    return new Map(found.flatMap((record) => (record === undefined ? [] : [[record.path, record]])));
  }

  async function listOf(sessionId: string, wanted: ReadonlySet<string>): Promise<FileRecord[]> {
    const found: FileRecord[] = [];
    for await (const record of each(sessionId)) if (wanted.has(record.path)) found.push(record);
    return found;
  }

  /** The file that an earlier try of this call stored in the folder. */
  async function findMadeBy(sessionId: string, folder: Folder, callId: string): Promise<FileRecord | undefined> {
    const query = itemsOfKind(sessionId, `${PREFIX.file}${folder}/`);
    const values = { ...query.ExpressionAttributeValues, ":call": callId };
    const filter = { FilterExpression: "call_id = :call", ExpressionAttributeValues: values };
    for await (const item of table.queryAll({ ...query, ...filter })) {
      if ((item as FileRecord).status === "ready") return item as FileRecord;
    }
    return undefined;
  }

  /** Every file that clients may see, in the order of their paths. */
  async function* each(sessionId: string): AsyncGenerator<FileRecord> {
    for await (const record of eachRecord(sessionId)) if (record.status === "ready") yield record;
  }

  /** The same, and those of removed files whose tables are still in the database. */
  async function* eachRecord(sessionId: string): AsyncGenerator<FileRecord> {
    for await (const item of table.queryAll(itemsOfKind(sessionId, PREFIX.file))) yield item as FileRecord;
  }

  /** One page of files in the order of their paths; `after` is the last path of the page before. */
  async function list(sessionId: string, options: { folder?: string; limit: number; after?: string }) {
    const prefix = options.folder === undefined ? PREFIX.file : `${PREFIX.file}${options.folder}/`;
    const records: FileRecord[] = [];
    let after = options.after;
    do {
      const start = after === undefined ? {} : { ExclusiveStartKey: fileKey(sessionId, after) };
      const query = { ...itemsOfKind(sessionId, prefix), ...start, Limit: options.limit - records.length };
      const page = await table.queryPage(query);
      const seen = page.items as FileRecord[];
      records.push(...seen.filter((record) => record.status === "ready"));
      after = page.last === undefined ? undefined : seen.at(-1)?.path;
    } while (after !== undefined && records.length < options.limit);
    return { records, next: after };
  }

  /** Every file that waits for conversion, removed ones included; and every script, for it follows the tables. */
  async function listWork(sessionId: string): Promise<ConversionWork> {
    const work: ConversionWork = { pending: [], scripts: [] };
    for await (const record of eachRecord(sessionId)) {
      if (waitsForConversion(record)) work.pending.push(record);
      const isScript = record.folder === "uploads" && scriptLanguage(record.name) !== undefined;
      if (isScript && record.status === "ready") work.scripts.push(record);
    }
    return work;
  }

  return { find, findMany, findMadeBy, each, eachRecord, list, listWork };
}

export type FileReading = ReturnType<typeof createFileReading>;
