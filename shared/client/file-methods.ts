import { type ArchiveLink, type ArchiveOptions, type ArchiveSelection, waitForArchive } from "./archive.ts";
import type { Caller } from "./caller.ts";
import type { Answer, CallOptions, RequestOptions } from "./routes.ts";
import { type UploadOptions, uploadBySize } from "./upload.ts";
import { type LargeUploadOptions, type UploadCalls, uploadLarge } from "./upload-large.ts";
import { toSource, type UploadContent, type UploadSource } from "./upload-source.ts";

/** One file to upload: a name and its content. */
export interface FileToUpload {
  /** Its name in the folder. */
  name: string;
  /** Its text or bytes. */
  content: Blob | Uint8Array<ArrayBuffer> | string;
}

/** Folders that files are stored in from outside; the others are filled by what belongs into them. */
export type UploadFolder = NonNullable<NonNullable<CallOptions<"uploadFiles">["query"]>["folder"]>;

/** Files on their way: up, whatever their size, and down, one or many. */
export interface FileMethods {
  /**
   * Uploads one file, `uploads/sales.csv` say, the way its size asks for: up to 4 MiB in the request itself, above
   * straight to the storage, by one form or in parts beside each other. Answers the file, converted as far as it went.
   */
  upload(sessionId: string, path: string, content: UploadContent, options?: UploadOptions): Promise<Answer<"putFile">>;
  /** Uploads files into a folder, `uploads` unless said; answers what became of each. Up to 4 MiB in all. */
  uploadFiles(
    sessionId: string,
    files: readonly FileToUpload[],
    folder?: UploadFolder,
    options?: RequestOptions,
  ): Promise<Answer<"uploadFiles">>;
  /** Uploads one file of any size straight to the storage; with its id an upload that broke off goes on. */
  uploadLarge(
    sessionId: string,
    path: string,
    content: UploadSource,
    options?: LargeUploadOptions,
  ): Promise<Answer<"completeUpload">>;
  /** The bytes of one file, as the storage answers them. */
  download(sessionId: string, path: string, options?: RequestOptions): Promise<Response>;
  /** Has files packed into one ZIP (all of them, a folder or chosen paths), and answers its URL once it is ready. */
  prepareArchive(sessionId: string, selection?: ArchiveSelection, waiting?: ArchiveOptions): Promise<ArchiveLink>;
  /** The ZIP's bytes, as the storage answers them. In a page, send the browser to `prepareArchive`'s URL instead. */
  downloadArchive(sessionId: string, selection?: ArchiveSelection, waiting?: ArchiveOptions): Promise<Response>;
}

/** Puts the ways of files together from single calls. */
export function createFileMethods({ call, sendSigned, fetchSigned }: Caller): FileMethods {
  const calls: UploadCalls = {
    create: (of) => call("createUpload", of),
    get: (of) => call("getUpload", of),
    sign: (of) => call("signParts", of),
    complete: (of) => call("completeUpload", of),
    send: sendSigned,
  };
  const methods: FileMethods = {
    upload(session_id, path, content, options = {}) {
      const ways = {
        put: (body: Blob | Uint8Array<ArrayBuffer>, of: RequestOptions) =>
          call("putFile", { params: { session_id, path }, body, ...of }),
        sendLarge: (source: UploadSource) => methods.uploadLarge(session_id, path, source, options),
      };
      return uploadBySize(ways, toSource(content), options);
    },
    uploadFiles: (session_id, files, folder = "uploads", options = {}) =>
      call("uploadFiles", { params: { session_id }, query: { folder }, body: toForm(files), ...options }),
    uploadLarge: (sessionId, path, content, options = {}) => uploadLarge(calls, sessionId, path, content, options),
    async download(session_id, path, options = {}) {
      const { url } = await call("getFile", { params: { session_id, path }, query: { redirect: "false" }, ...options });
      return fetchSigned(url, options);
    },
    prepareArchive(session_id, selection = {}, waiting = {}) {
      const archiveCalls = {
        create: (body: ArchiveSelection, signal: RequestOptions) =>
          call("createArchive", { params: { session_id }, body, ...signal }),
        get: (archive_id: string, signal: RequestOptions) =>
          call("getArchive", { params: { session_id, archive_id }, ...signal }),
      };
      return waitForArchive(archiveCalls, selection, waiting);
    },
    async downloadArchive(sessionId, selection = {}, waiting = {}) {
      const { url } = await methods.prepareArchive(sessionId, selection, waiting);
      return fetchSigned(url, waiting);
    },
  };
  return methods;
}

/** Files as a form, under any field name: the API looks at their own names. */
export function toForm(files: readonly FileToUpload[]): FormData {
  const form = new FormData();
  for (const { name, content } of files) form.append("files", new Blob([content]), name);
  return form;
}
