import type { ArchiveSelection } from "../contract/archive.ts";
import type { TableFormat, TableLink } from "../contract/table.ts";
import { type ArchiveOptions, waitForArchive } from "./archive.ts";
import { createCached } from "./cached.ts";
import { toCubbyError } from "./cubby-error.ts";
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
import { type LargeUploadOptions, type UploadCalls, uploadLarge } from "./upload-large.ts";
import type { UploadSource } from "./upload-source.ts";

export interface ClientOptions {
  /** Address of the API, `http://127.0.0.1:3000` say. */
  baseUrl: string;
  /** Bearer token, or a function that answers the present one. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Services only: the user that the calls are for, `telegram_12345` say. */
  userId?: string;
  /** Another fetch: for tests, or to watch the requests. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** One file to upload: a name and its content. */
export interface FileToUpload {
  name: string;
  content: Blob | Uint8Array<ArrayBuffer> | string;
}

/** A typed client over fetch, for browsers and Node. Every failure is a `CubbyError`. */
export function createClient(options: ClientOptions) {
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));

  /** Calls one route of the contract and answers its JSON. */
  async function call<Name extends RouteName>(name: Name, callOptions: CallOptions<Name>): Promise<Answer<Name>> {
    const response = await request(name, callOptions as AnyCall);
    return (await response.json()) as Answer<Name>;
  }

  async function request(name: RouteName, callOptions: AnyCall): Promise<Response> {
    const [method = "GET", path = "/"] = routes[name].split(" ");
    const url = `${options.baseUrl}${toTarget(path, callOptions)}`;
    const { body, headers } = toBody(callOptions.body);
    for (const [header, value] of await ownHeaders(callOptions)) headers.set(header, value);
    const signal = callOptions.signal === undefined ? {} : { signal: callOptions.signal };
    const response = await send(url, { method, headers, ...(body === undefined ? {} : { body }), ...signal });
    if (!response.ok) throw await toCubbyError(response);
    return response;
  }

  async function ownHeaders(callOptions: RequestOptions): Promise<[string, string][]> {
    const token = typeof options.token === "function" ? await options.token() : options.token;
    const headers: [string, string | undefined][] = [
      ["authorization", token === undefined ? undefined : `Bearer ${token}`],
      ["cubby-user-id", options.userId === undefined ? undefined : encodeURIComponent(options.userId)],
      ["idempotency-key", callOptions.idempotencyKey],
      ["if-match", callOptions.ifMatch],
      ["if-none-match", callOptions.ifNoneMatch],
    ];
    return headers.filter((header): header is [string, string] => header[1] !== undefined);
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
      send, // the URLs are signed by themselves: our token has no business there
    };
    return uploadLarge(calls, sessionId, path, content, largeOptions);
  }

  /** The bytes of one file, as the storage answers them. */
  async function download(sessionId: string, path: string): Promise<Response> {
    const params = { session_id: sessionId, path };
    const { url } = await call("getFile", { params, query: { redirect: "false" } });
    return fetchSigned(url);
  }

  /** A presigned URL is signed by itself: our token has no business there. */
  async function fetchSigned(url: string, signal?: AbortSignal): Promise<Response> {
    const response = await send(url, { method: "GET", ...(signal && { signal }) });
    if (!response.ok) throw await toCubbyError(response);
    return response;
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
    if (response.body === null) throw await toCubbyError(response);
    return response.body;
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
    call,
    pages,
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

export type Client = ReturnType<typeof createClient>;

export function toForm(files: readonly FileToUpload[]): FormData {
  const form = new FormData();
  for (const { name, content } of files) form.append("files", new Blob([content]), name);
  return form;
}
