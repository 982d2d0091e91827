export type { ArchiveLink, ArchiveOptions } from "./archive.ts";
export type { Cached } from "./cached.ts";
export { type Client, type ClientOptions, createClient, type FileToUpload } from "./client.ts";
export { CubbyError, type Problem } from "./cubby-error.ts";
export type { FileFormat, FileSource } from "./cut-file.ts";
export type { FollowOptions } from "./follow-history.ts";
export type { LargeUploadOptions } from "./upload-large.ts";
export type { UploadSource } from "./upload-source.ts";
export type { Answer, CallOptions, RouteName } from "./routes.ts";
