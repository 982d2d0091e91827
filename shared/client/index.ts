/** The client of Cubby: `createClient`, its one error class, and the types of all that goes in and comes out. */
export type { ArchiveLink, ArchiveOptions } from "./archive.ts";
export type { Cached } from "./cached.ts";
export { type Client, type ClientOptions, createClient, type FileToUpload, type TokenSource } from "./client.ts";
export { CubbyError, type ErrorFacts, type Problem } from "./cubby-error.ts";
export type { FileFormat, FileSource } from "./cut-file.ts";
export type { FollowOptions } from "./follow-history.ts";
export type { ApiMethods, Method } from "./methods.ts";
export type { Answer, CallOptions, EntryOf, Page, PagedName, RequestOptions, RouteName } from "./routes.ts";
export type { Fetch } from "./transport.ts";
export type { UploadOptions } from "./upload.ts";
export type { LargeUploadOptions } from "./upload-large.ts";
export type { UploadContent, UploadSource } from "./upload-source.ts";
