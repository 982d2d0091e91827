import type { Method } from "./method.ts";

/** Files, logs, direct uploads and archives. */
export interface FileRoutes {
  /**
   * The eight folders, with how many files lie in each and how many bytes they take.
   * (`GET /v1/sessions/{session_id}/folders`)
   */
  listFolders: Method<"listFolders">;
  /** Files, by folder. (`GET /v1/sessions/{session_id}/files`) */
  listFiles: Method<"listFiles">;
  /**
   * Upload up to 4 MiB as multipart/form-data, any field names; zips are unpacked.
   * (`POST /v1/sessions/{session_id}/files`)
   */
  uploadFiles: Method<"uploadFiles">;
  /** Store one file of up to 4 MiB from a raw body. (`PUT /v1/sessions/{session_id}/files/{path+}`) */
  putFile: Method<"putFile">;
  /**
   * Redirect to a short-lived presigned URL, or the URL as JSON with redirect=false.
   * (`GET /v1/sessions/{session_id}/files/{path+}`)
   */
  getFile: Method<"getFile">;
  /** Remove one file and the tables made from it. (`DELETE /v1/sessions/{session_id}/files/{path+}`) */
  deleteFile: Method<"deleteFile">;
  /**
   * Give a file another name in its folder; tables made from it are made anew, named after the new name.
   * (`POST /v1/sessions/{session_id}/files/rename`)
   */
  renameFile: Method<"renameFile">;
  /**
   * Remove up to 1,000 files and the tables made from them; one result a file.
   * (`POST /v1/sessions/{session_id}/files/delete`)
   */
  deleteFiles: Method<"deleteFiles">;
  /** Logs, by name. (`GET /v1/sessions/{session_id}/logs`) */
  listLogs: Method<"listLogs">;
  /**
   * Append up to 256 KB of text or JSON lines to a log; kept as given, as a numbered file of the folder `logs`.
   * (`POST /v1/sessions/{session_id}/logs/{name}`)
   */
  appendLog: Method<"appendLog">;
  /**
   * A log's pieces joined, as text; about 4 MiB an answer, with a `next` link while there is more.
   * (`GET /v1/sessions/{session_id}/logs/{name}`)
   */
  readLog: Method<"readLog">;
  /**
   * Begin an upload that goes straight to the storage; `If-Match` and `If-None-Match: *` hold until it completes.
   * (`POST /v1/sessions/{session_id}/uploads`)
   */
  createUpload: Method<"createUpload">;
  /** Uploads in progress. (`GET /v1/sessions/{session_id}/uploads`) */
  listUploads: Method<"listUploads">;
  /**
   * How far an upload is, with the parts that the storage has: from here it is resumed.
   * (`GET /v1/sessions/{session_id}/uploads/{upload_id}`)
   */
  getUpload: Method<"getUpload">;
  /**
   * Fresh URLs for up to 20 parts, or a fresh form; also a sign of life for another day.
   * (`POST /v1/sessions/{session_id}/uploads/{upload_id}/parts`)
   */
  signParts: Method<"signParts">;
  /**
   * Have what came verified, and made a file; the same again is answered the same.
   * (`POST /v1/sessions/{session_id}/uploads/{upload_id}/complete`)
   */
  completeUpload: Method<"completeUpload">;
  /** Give an upload up; what came of it is removed. (`DELETE /v1/sessions/{session_id}/uploads/{upload_id}`) */
  abortUpload: Method<"abortUpload">;
  /**
   * All files, a folder or chosen paths as one ZIP; 202 while it is still being built.
   * (`POST /v1/sessions/{session_id}/archive`)
   */
  createArchive: Method<"createArchive">;
  /** How far an archive is; with its URL once it is ready. (`GET /v1/sessions/{session_id}/archive/{archive_id}`) */
  getArchive: Method<"getArchive">;
}
