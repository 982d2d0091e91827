import type { ArchiveSelection } from "../contract/archive.ts";
import type { TableFormat, TableLink } from "../contract/table.ts";
import { type ArchiveOptions, waitForArchive } from "./archive.ts";
import { createCached } from "./cached.ts";
import { CubbyError } from "./cubby-error.ts";
import { cutFile, type FileFormat, type FileSource } from "./cut-file.ts";
import { type AnyCall, toBody, toTarget } from "./encode-call.ts";
import { type FollowOptions, followHistory as follow, type Poll } from "./follow-history.ts";
import {
  type Answer,
  type CallOptions,
  type EntryOf,
  type Page,
  type PagedName,
  type RequestOptions,
  type RouteName,
  routes,
} from "./routes.ts";
import { createMethods } from "./methods.ts";
import { safetyOf } from "./retry-rules.ts";
import { type Fetch, send as sendThrough } from "./transport.ts";
import { type LargeUploadOptions, type UploadCalls, uploadLarge } from "./upload-large.ts";
import { type UploadOptions, uploadBySize } from "./upload.ts";
import { type UploadContent, type UploadSource, toSource } from "./upload-source.ts";

/** How a client is made. */
export interface ClientOptions {
  /** Address of the API, `https://cubby.example.com` say. */
  baseUrl: string;
  /** Bearer token, or what answers the present one; asked before each try. */
  token?: string | TokenSource;
  /** Services only: the user that the calls are for, `telegram_12345` say. */
  userId?: string;
  /** Another fetch: for tests, or to watch the requests. */
  fetch?: Fetch;
  /** How often a call that failed is made again, where that is safe; 2 unless said, 0 for never. */
  maxRetries?: number;
  /**
   * Whether each POST gets an Idempotency-Key by itself, with which it can be made again; true unless said. Without, it
   * costs the stage two writes less, and is made again only where that is harmless anyway.
   */
  automaticKeys?: boolean;
  /** Milliseconds until the API has to begin to answer, for each try; 60,000 unless said, 0 for no limit. */
  timeoutMs?: number;
}

/**
 * Answers the token for a call. Called once more with `refused`, the token that was just answered with 401: fetch a
 * fresh one then.
 */
export type TokenSource = (asked: { refused?: string }) => string | undefined | Promise<string | undefined>;

/** One file to upload: a name and its content. */
export interface FileToUpload {
  name: string;
  content: Blob | Uint8Array<ArrayBuffer> | string;
}

const TIMEOUT_MS = 60_000;
/** A part of an upload takes a slow network longer than an answer does. */
const STORAGE_TIMEOUT_MS = 300_000;
const MAX_RETRIES = 2;

/**
 * A typed client over fetch, for browsers, Node, React Native and edge runtimes. Every failure is a `CubbyError`. Calls
 * that failed for a passing reason are made again where that is safe: reads, replacements and deletions, and POSTs,
 * each of which gets an Idempotency-Key that all its tries share.
 */
export function createClient(options: ClientOptions) {
  const fetchOne: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const maxRetries = options.maxRetries ?? MAX_RETRIES;
  const hasKeys = options.automaticKeys ?? true;

  /** Calls one route of the contract by name and answers its JSON, or its text where it answers no JSON. */
  async function call<Name extends RouteName>(name: Name, callOptions: CallOptions<Name>): Promise<Answer<Name>> {
    const response = await request(name, callOptions as AnyCall);
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return (await (isJson ? response.json() : response.text())) as Answer<Name>;
  }

  async function request(name: RouteName, callOptions: AnyCall): Promise<Response> {
    const isOwnToken = typeof options.token === "function";
    const token = await currentToken({});
    try {
      return await requestWith(token, name, callOptions);
    } catch (error) {
      // A token that ran out is exchanged once; the next one that is refused is not a matter of time.
      if (!isOwnToken || token === undefined || !(error instanceof CubbyError) || error.status !== 401) throw error;
      return requestWith(await currentToken({ refused: token }), name, callOptions);
    }
  }

  async function requestWith(token: string | undefined, name: RouteName, callOptions: AnyCall): Promise<Response> {
    const [method = "GET", path = "/"] = routes[name].split(" ");
    const isConditional = callOptions.ifMatch !== undefined || callOptions.ifNoneMatch !== undefined;
    const hasKey = callOptions.idempotencyKey !== undefined;
    const safety = hasKey
      ? "keyed"
      : safetyOf({ name, method, isConditional, isKeyed: hasKeys && token !== undefined });
    const { body, headers } = toBody(callOptions.body);
    const key = callOptions.idempotencyKey ?? (safety === "keyed" ? newKey() : undefined);
    for (const [header, value] of ownHeaders(token, key, callOptions)) headers.set(header, value);
    return sendThrough(fetchOne, {
      url: `${options.baseUrl}${toTarget(path, callOptions)}`,
      init: { method, headers, ...(body === undefined ? {} : { body }) },
      safety,
      signal: callOptions.signal,
      timeoutMs: callOptions.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS,
      maxRetries,
    });
  }

  function currentToken(asked: { refused?: string }) {
    return typeof options.token === "function" ? options.token(asked) : options.token;
  }

  function ownHeaders(token: string | undefined, key: string | undefined, callOptions: RequestOptions) {
    const headers: [string, string | undefined][] = [
      ["authorization", token === undefined ? undefined : `Bearer ${token}`],
      ["cubby-user-id", options.userId === undefined ? undefined : encodeURIComponent(options.userId)],
      ["idempotency-key", key],
      ["if-match", callOptions.ifMatch],
      ["if-none-match", callOptions.ifNoneMatch],
    ];
    return headers.filter((header): header is [string, string] => header[1] !== undefined);
  }

  /** To the storage, by a signed URL: our token has no business there. Sent once, as whoever sends knows what to do. */
  function sendSigned(url: string, { signal, ...init }: RequestInit): Promise<Response> {
    const outgoing = { url, init, timeoutMs: STORAGE_TIMEOUT_MS, maxRetries: 0, safety: "once" as const };
    return sendThrough(fetchOne, { ...outgoing, signal: signal ?? undefined });
  }

  /** Every entry of a list, page after page. */
  async function* pages<Name extends PagedName>(
    name: Name,
    callOptions: CallOptions<Name>,
  ): AsyncGenerator<EntryOf<Name>> {
    let cursor: string | null | undefined;
    do {
      const query = { limit: 100, ...(callOptions as AnyCall).query, ...(cursor ? { cursor } : {}) };
      const page: unknown = await call(name, { ...callOptions, query } as CallOptions<Name>);
      const { data, next_cursor } = page as Page<EntryOf<Name>>;
      yield* data;
      cursor = next_cursor;
    } while (cursor !== null);
  }

  /** Uploads files into a folder; answers what became of each. Up to 4 MiB in all. */
  function uploadFiles(sessionId: string, files: readonly FileToUpload[], folder = "uploads") {
    return call("uploadFiles", { params: { session_id: sessionId }, query: { folder }, body: toForm(files) });
  }

  /** Uploads one file of any size straight to the storage; with its id an upload that broke off goes on. */
  function uploadLargeFile(
    sessionId: string,
    path: string,
    content: UploadSource,
    largeOptions: LargeUploadOptions = {},
  ) {
    const calls: UploadCalls = {
      create: (of) => call("createUpload", of),
      get: (of) => call("getUpload", of),
      sign: (of) => call("signParts", of),
      complete: (of) => call("completeUpload", of),
      send: sendSigned,
    };
    return uploadLarge(calls, sessionId, path, content, largeOptions);
  }

  /**
   * Uploads one file, `uploads/sales.csv` say, the way its size asks for: up to 4 MiB in the request itself, above
   * straight to the storage, by one form or in parts beside each other. Answers the file, converted as far as it went.
   */
  function upload(sessionId: string, path: string, content: UploadContent, uploadOptions: UploadOptions = {}) {
    const ways = {
      put: (body: Blob, of: RequestOptions) =>
        call("putFile", { params: { session_id: sessionId, path }, body, ...of }),
      sendLarge: (source: UploadSource) => uploadLargeFile(sessionId, path, source, uploadOptions),
    };
    return uploadBySize(ways, toSource(content), uploadOptions);
  }

  /** The bytes of one file, as the storage answers them. */
  async function download(sessionId: string, path: string): Promise<Response> {
    const params = { session_id: sessionId, path };
    const { url } = await call("getFile", { params, query: { redirect: "false" } });
    return fetchSigned(url);
  }

  /** Signed by itself, and safe to fetch again. */
  function fetchSigned(url: string, signal?: AbortSignal): Promise<Response> {
    const outgoing = { url, init: { method: "GET" }, safety: "repeatable" as const, maxRetries, signal };
    return sendThrough(fetchOne, { ...outgoing, timeoutMs: STORAGE_TIMEOUT_MS });
  }

  /** Has files packed into one ZIP (all of them, a folder or chosen paths), and answers its URL once it is ready. */
  function prepareArchive(sessionId: string, selection: ArchiveSelection = {}, waiting: ArchiveOptions = {}) {
    const calls = {
      create: (body: ArchiveSelection, signal: RequestOptions) =>
        call("createArchive", { params: { session_id: sessionId }, body, ...signal }),
      get: (archive_id: string, signal: RequestOptions) =>
        call("getArchive", { params: { session_id: sessionId, archive_id }, ...signal }),
    };
    return waitForArchive(calls, selection, waiting);
  }

  /** The ZIP's bytes, as the storage answers them. In a page, send the browser to `prepareArchive`'s URL instead. */
  async function downloadArchive(sessionId: string, selection: ArchiveSelection = {}, waiting: ArchiveOptions = {}) {
    const { url } = await prepareArchive(sessionId, selection, waiting);
    return fetchSigned(url, waiting.signal);
  }

  /** Appends text to a log of the session; end it with a line break, as nothing is put between two appends. */
  function appendLog(sessionId: string, name: string, text: string, requestOptions: RequestOptions = {}) {
    return call("appendLog", { params: { session_id: sessionId, name }, body: text, ...requestOptions });
  }

  /** A log's text behind a number, to its present end. Ask with `nextSince` again for what comes later. */
  async function readLog(sessionId: string, name: string, since = 0): Promise<{ text: string; nextSince: number }> {
    let text = "";
    let nextSince = since;
    for (let hasMore = true; hasMore; ) {
      const response = await request("readLog", {
        params: { session_id: sessionId, name },
        query: { since: nextSince },
      });
      text += await response.text();
      nextSince = Number(response.headers.get("cubby-next-since") ?? nextSince);
      hasMore = response.headers.has("link");
    }
    return { text, nextSince };
  }

  /** A query's rows as a file, whether they came in the answer or had to be stored as one. */
  async function queryFile(sessionId: string, body: CallOptions<"query">["body"]): Promise<Response> {
    const response = await request("query", { params: { session_id: sessionId }, body });
    if (response.status !== 201) return response;
    const { url } = (await response.json()) as Answer<"query">;
    return fetchSigned(url ?? "");
  }

  /** A query's answer as CSV text. */
  async function queryCsv(sessionId: string, body: CallOptions<"query">["body"]): Promise<string> {
    return (await queryFile(sessionId, { ...body, format: "csv" })).text();
  }

  /** A whole table as a file, as the storage answers it. */
  async function downloadTable(sessionId: string, name: string, format: TableFormat): Promise<Response> {
    const params = { session_id: sessionId, name };
    const response = await request("getTable", { params, query: { format, redirect: "false" } });
    return fetchSigned(((await response.json()) as TableLink).url);
  }

  /** The entries of a session's history as they come, each once. */
  function followHistory(sessionId: string, followOptions?: FollowOptions) {
    const poll: Poll = (query, requestOptions) =>
      request("listHistory", { params: { session_id: sessionId }, query, ...requestOptions });
    return follow(poll, followOptions);
  }

  /**
   * The session's answer to this query in this mode: from its cache, or computed once and then kept, in the cache and
   * as a research document. Calls for one answer at one time share one computation.
   */
  const cached = createCached({
    lookup: (session_id, body) => call("lookupCache", { params: { session_id }, body }),
    save: (session_id, body) => call("addResearchData", { params: { session_id }, body }),
    store: (session_id, body) => call("putCache", { params: { session_id }, body }),
  });

  /** Every live session as CSV or as a `sessions.json` file, as a stream. For operators. */
  async function exportSessions(query: NonNullable<CallOptions<"exportSessions">["query"]>) {
    const { url } = await call("exportSessions", { query: { ...query, redirect: "false" } });
    const response = await fetchSigned(url);
    return response.body ?? new Blob([]).stream();
  }

  /**
   * Imports a file of any size, piece by piece; answers each piece's results as they come, with the rows counted over
   * the whole file. When a piece is refused whole, what was answered before it has been imported. For operators.
   */
  async function* importSessions(
    source: FileSource,
    query: Omit<NonNullable<CallOptions<"importSessions">["query"]>, "format" | "first_row"> & { format: FileFormat },
  ): AsyncGenerator<Answer<"importSessions">> {
    for await (const { body, firstRow } of cutFile(source, query.format)) {
      yield await call("importSessions", { query: { ...query, first_row: firstRow }, body });
    }
  }

  return {
    /** Every route of the contract as a method of its own. */
    api: createMethods(call),
    call,
    pages,
    upload,
    uploadFiles,
    uploadLarge: uploadLargeFile,
    download,
    prepareArchive,
    downloadArchive,
    appendLog,
    readLog,
    queryCsv,
    queryFile,
    downloadTable,
    exportSessions,
    importSessions,
    followHistory,
    cached,
  };
}

/** Keeps apart what one caller sends within a day, and is no secret: where there is no generator, chance will do. */
function newKey(): string {
  const { crypto } = globalThis as { crypto?: { randomUUID?(): string } };
  if (crypto?.randomUUID !== undefined) return crypto.randomUUID();
  const random = () => Math.random().toString(36).slice(2);
  return `${Date.now().toString(36)}-${random()}-${random()}`;
}

/** What `createClient` makes. */
export type Client = ReturnType<typeof createClient>;

/** Files as a form, under any field name: the API looks at their own names. */
export function toForm(files: readonly FileToUpload[]): FormData {
  const form = new FormData();
  for (const { name, content } of files) form.append("files", new Blob([content]), name);
  return form;
}
