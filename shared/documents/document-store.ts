/**
 * Research documents of a session. A document is a file like any other: the object
 * `sessions/<id>/<research_data|intermediate_results>/<name>` holds its envelope as JSON, and the file's item carries
 * what lists say of it. Two writers of one name are told apart by the bucket: it takes an object only where none is.
 */
import { randomBytes } from "node:crypto";
import type { Bucket, PutCondition } from "../aws/bucket.ts";
import { fileObjectKey } from "../aws/object-keys.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import type { Actor } from "../contract/actor.ts";
import type { DocumentRequest, DocumentType } from "../contract/document.ts";
import { AppError } from "../errors.ts";
import { parseFileName } from "../files/file-names.ts";
import type { FileRecord } from "../files/file-record.ts";
import type { FileStore, Stored } from "../files/file-store.ts";
import { readText } from "../read-text.ts";
import { findDamage, headOf, toEnvelopeText } from "./document-envelope.ts";
import { candidateNames, defaultStem } from "./document-names.ts";

/** As large as a body of 4 MiB makes them, with room for the envelope. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024 + 4096;

/** A document to be stored: the request, and its own text, from which the values are cut. */
export interface NewDocument {
  sessionId: string;
  type: DocumentType;
  body: DocumentRequest;
  text: string;
  /** When it was asked for first, where that may have been before. */
  createdAt?: Date | undefined;
}

/** A document as its file will have it. */
export interface ComposedDocument extends NewDocument {
  createdAt: Date;
  envelope: string;
}

const PAGE = 1000;

export function createDocumentStore(bucket: Bucket, files: FileStore, clock: Clock) {
  /** Puts the document into its envelope; stores nothing. */
  function compose(draft: NewDocument): ComposedDocument {
    const createdAt = draft.createdAt ?? clock.now();
    const { sessionId: session_id, type: file_type, text } = draft;
    const envelope = toEnvelopeText({ session_id, file_type, created_at: toTimestamp(createdAt), text });
    return { ...draft, createdAt, envelope };
  }

  /**
   * Stores the document under its own name, if `condition` holds for what has it, or under the first default name that
   * is free. Undefined when it did not come to that.
   */
  async function add(
    { sessionId, type, body, createdAt, envelope }: ComposedDocument,
    { uploadedBy, condition, callId }: { uploadedBy: Actor; condition: PutCondition; callId?: string | undefined },
  ): Promise<Stored | undefined> {
    const document = headOf(body, toTimestamp(createdAt));
    const about = { conversion: { state: "none" as const, tables: [] }, uploadedBy, callId, document };
    for (const name of body.name === undefined ? defaultNames(type, body, createdAt) : [parseFileName(body.name)]) {
      const path = { folder: type, name, path: `${type}/${name}` };
      const chosen = body.name === undefined ? "absent" : condition;
      const stored = await files.putIf(sessionId, path, envelope, { ...about, condition: chosen });
      if (stored !== undefined) return stored;
    }
    return undefined;
  }

  /** The document's own text, with the ETag it belongs to. Throws a problem that says what is wrong with it. */
  async function read(sessionId: string, record: FileRecord): Promise<{ text: string; etag: string }> {
    const { path } = record;
    const object = await bucket.read(fileObjectKey(sessionId, path));
    if (object === undefined) throw await missing(sessionId, path);
    const text = await readText(object.body, MAX_DOCUMENT_BYTES);
    if (text === undefined) {
      const limit = { limit_bytes: MAX_DOCUMENT_BYTES };
      throw new AppError(
        "result_too_large",
        `Cannot read "${path}" as a document: it is longer than ${MAX_DOCUMENT_BYTES} bytes; download it as a file`,
        { details: limit },
      );
    }
    const damage = findDamage(text);
    if (damage === undefined) return { text, etag: object.etag };
    const what = record.document === undefined ? "; it was stored as a plain file, not as a document" : "";
    throw new AppError("document_damaged", `Cannot read "${path}" as a document: ${damage}${what}`, {
      details: { path },
    });
  }

  /** A document may go between the two reads; or somebody took its object away behind our back. */
  async function missing(sessionId: string, path: string): Promise<AppError> {
    const isListed = (await files.find(sessionId, path)) !== undefined;
    const why = isListed ? ": it is listed, but its object was removed from the bucket" : " in this session";
    return new AppError("file_not_found", `Cannot find "${path}"${why}`);
  }

  /** All documents of a type, newest first. A session has at most 10,000 files, and lists are read rarely. */
  async function list(sessionId: string, type: DocumentType): Promise<FileRecord[]> {
    const found: FileRecord[] = [];
    let after: string | undefined;
    do {
      const start = after === undefined ? {} : { after };
      const page = await files.list(sessionId, { folder: type, limit: PAGE, ...start });
      found.push(...page.records);
      after = page.next;
    } while (after !== undefined);
    return found.sort((one, other) => compare(positionOf(other), positionOf(one)));
  }

  return { compose, add, read, list };
}

export type DocumentStore = ReturnType<typeof createDocumentStore>;

function defaultNames(type: DocumentType, body: DocumentRequest, now: Date): Generator<string> {
  return candidateNames(defaultStem(type, body, now), () => randomBytes(4).toString("hex"));
}

/** Where a document stands in lists: by time, and within a millisecond by name. */
export function positionOf(record: FileRecord): string {
  return `${record.document?.created_at ?? record.created_at} ${record.name}`;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
