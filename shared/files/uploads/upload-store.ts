import { randomUUID } from "node:crypto";
import { PREFIX, uploadKey } from "../../aws/item-keys.ts";
import { itemsOfKind } from "../../aws/item-queries.ts";
import type { Table } from "../../aws/table.ts";
import { type Clock, toTimestamp } from "../../clock.ts";
import type { File } from "../../contract/file.ts";
import { newEntryId } from "../../ids.ts";
import { itemTtl } from "../../lifetime.ts";
import type { UploadRecord } from "./upload-record.ts";
import { UPLOAD_MS } from "./upload-rules.ts";

/** Longer than any request of the API, and than S3 takes to join the parts of most uploads. */
const LEASE_MS = 60_000;

/** What an upload is before its room is claimed. */
export type UploadDraft = Pick<
  UploadRecord,
  | "upload_id"
  | "kind"
  | "path"
  | "size_bytes"
  | "content_type"
  | "object_key"
  | "created_at"
  | "expires_at"
  | "reserved"
  | "created_by"
> &
  Partial<Pick<UploadRecord, "sha256" | "checksum_algorithm" | "part_size" | "if_match" | "if_none_match" | "call_id">>;

/** An upload that its holder alone may complete, until the lease is over. */
export interface ClaimedUpload {
  upload: UploadRecord & { lease_token: string; entry_id: string };
  /** Somebody began before, and did not come to the end. */
  isResumed: boolean;
  /** Its bytes are the file's object by now: there is no way back. */
  hasObject?: boolean;
}

/** The items of uploads in progress. Every change of state is one conditional update. */
export function createUploadStore(table: Table, clock: Clock) {
  /** Stores an upload that claims its room next. */
  async function create(sessionId: string, draft: UploadDraft): Promise<UploadRecord> {
    const ttl = itemTtl(clock.now());
    const record: UploadRecord = { ...uploadKey(sessionId, draft.upload_id), ...draft, state: "new", ttl };
    if (await table.put(record, { ConditionExpression: "attribute_not_exists(pk)" })) return record;
    throw new Error(`Cannot create upload "${draft.upload_id}": the id is taken`);
  }

  /** Lets bytes come; undefined when the session, and the item with it, is gone. */
  function open(record: UploadRecord, s3UploadId: string | undefined): Promise<UploadRecord | undefined> {
    const values = { ":new": "new", ":open": "open", ":id": s3UploadId ?? null };
    return change(record, "SET #state = :open, s3_upload_id = :id", "#state = :new", values);
  }

  async function find(sessionId: string, uploadId: string): Promise<UploadRecord | undefined> {
    return (await table.find(uploadKey(sessionId, uploadId))) as UploadRecord | undefined;
  }

  /** Every upload of the session, whatever its state. */
  async function* each(sessionId: string): AsyncGenerator<UploadRecord> {
    for await (const item of table.queryAll(itemsOfKind(sessionId, PREFIX.upload))) yield item as UploadRecord;
  }

  /** The open upload that an earlier try of this call began. */
  async function findMadeBy(sessionId: string, callId: string): Promise<UploadRecord | undefined> {
    for await (const upload of each(sessionId)) if (upload.call_id === callId && upload.state === "open") return upload;
    return undefined;
  }

  /** One page of those that are in progress; `after` is the last id of the page before. */
  async function list(sessionId: string, options: { limit: number; after?: string }) {
    const records: UploadRecord[] = [];
    let after = options.after;
    do {
      const start = after === undefined ? {} : { ExclusiveStartKey: uploadKey(sessionId, after) };
      const page = await table.queryPage({
        ...itemsOfKind(sessionId, PREFIX.upload),
        ...start,
        Limit: options.limit - records.length,
      });
      const seen = page.items as UploadRecord[];
      records.push(...seen.filter(({ state }) => state === "open" || state === "completing"));
      after = page.last === undefined ? undefined : seen.at(-1)?.upload_id;
    } while (after !== undefined && records.length < options.limit);
    return { records, next: after };
  }

  /** A sign of life: another day. Undefined when it is not open any more. */
  function extend(record: UploadRecord): Promise<UploadRecord | undefined> {
    const values = { ":open": "open", ":expires": uploadExpiry(clock.now()) };
    return change(record, "SET expires_at = :expires", "#state = :open", values);
  }

  /** Takes the right to complete it; undefined while somebody else has it, and when it is over. */
  async function claim(record: UploadRecord): Promise<ClaimedUpload | undefined> {
    const now = clock.now();
    const claimed = await change(
      record,
      "SET #state = :completing, lease_token = :token, lease_expires_at = :until, entry_id = if_not_exists(entry_id, :entry)",
      "#state = :open OR (#state = :completing AND lease_expires_at <= :now)",
      {
        ...{ ":open": "open", ":completing": "completing", ":token": randomUUID() },
        ...{ ":now": toTimestamp(now), ":until": toTimestamp(new Date(now.getTime() + LEASE_MS)) },
        ":entry": newEntryId(now),
      },
    );
    if (claimed === undefined) return undefined;
    // Its own id means that nobody had promised an entry before.
    return { upload: claimed as ClaimedUpload["upload"], isResumed: record.entry_id !== undefined };
  }

  /** Notes something as the holder; undefined when the lease went to somebody else. */
  function note(
    { upload }: ClaimedUpload,
    facts: Partial<Pick<UploadRecord, "joined_etag" | "entry_id" | "reserved" | "lease_expires_at">>,
  ): Promise<UploadRecord | undefined> {
    const names = Object.keys(facts);
    const values = Object.fromEntries(names.map((name) => [`:${name}`, facts[name as keyof typeof facts]]));
    const sets = names.map((name) => `${name} = :${name}`).join(", ");
    return change(upload, `SET ${sets}`, "lease_token = :token", { ...values, ":token": upload.lease_token });
  }

  /** Lets bytes come again: what is there is not the file, and nothing was made of it. */
  async function reopen({ upload }: ClaimedUpload): Promise<void> {
    await change(
      upload,
      "SET #state = :open REMOVE lease_token, lease_expires_at, joined_etag, entry_id",
      "lease_token = :token",
      { ":open": "open", ":token": upload.lease_token },
    );
  }

  /** Lets go half-way: whoever comes next goes on at once. */
  async function abandon(claimed: ClaimedUpload): Promise<void> {
    await note(claimed, { lease_expires_at: toTimestamp(clock.now()) });
  }

  /** Says how it ended. The item stays for a while, so that whoever completes it again hears the same. */
  async function finish({ upload }: ClaimedUpload, file: File | undefined): Promise<UploadRecord | undefined> {
    return change(
      upload,
      `SET #state = :done, expires_at = :expires${file === undefined ? "" : ", #file = :file"} REMOVE lease_token, lease_expires_at`,
      "lease_token = :token",
      {
        ...{ ":done": "done", ":token": upload.lease_token, ":expires": uploadExpiry(clock.now()) },
        ...(file === undefined ? {} : { ":file": file }),
      },
      file === undefined ? {} : { "#file": "file" },
    );
  }

  /**
   * From now on nobody completes it. Undefined when it is not in the state that was seen any more, and while somebody
   * else aborts it: its room must be given back by one.
   */
  function startAbort(record: UploadRecord): Promise<UploadRecord | undefined> {
    if (record.state === "completing" || record.state === "done") return Promise.resolve(undefined);
    const now = clock.now();
    const opening = record.state === "new" ? ", never_opened = :true" : "";
    const isFree = record.state === "aborting" ? " AND lease_expires_at <= :now" : "";
    return change(record, `SET #state = :aborting, lease_expires_at = :until${opening}`, `#state = :seen${isFree}`, {
      ...{ ":aborting": "aborting", ":seen": record.state },
      ":until": toTimestamp(new Date(now.getTime() + LEASE_MS)),
      ...(opening === "" ? {} : { ":true": true }),
      ...(isFree === "" ? {} : { ":now": toTimestamp(now) }),
    });
  }

  async function remove(record: UploadRecord): Promise<void> {
    await table.remove(record);
  }

  async function change(
    record: UploadRecord,
    update: string,
    condition: string,
    values: Record<string, unknown>,
    names: Record<string, string> = {},
  ): Promise<UploadRecord | undefined> {
    const usesState = update.includes("#state") || condition.includes("#state");
    const allNames = { ...names, ...(usesState ? { "#state": "state" } : {}) };
    const changed = await table.update(record, {
      UpdateExpression: update,
      ConditionExpression: `attribute_exists(pk) AND (${condition})`,
      ...(Object.keys(allNames).length === 0 ? {} : { ExpressionAttributeNames: allNames }),
      ExpressionAttributeValues: values,
    });
    return changed as UploadRecord | undefined;
  }

  return {
    create,
    open,
    find,
    findMadeBy,
    each,
    list,
    extend,
    claim,
    note,
    reopen,
    abandon,
    finish,
    startAbort,
    remove,
  };
}

export type UploadStore = ReturnType<typeof createUploadStore>;

/** Until when an upload waits for its next sign of life. */
export function uploadExpiry(now: Date): string {
  return toTimestamp(new Date(now.getTime() + UPLOAD_MS));
}
