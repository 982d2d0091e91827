import type { Stores } from "../stores.ts";

/** What it takes to lead an upload from its first byte to a file. */
export type UploadingDeps = Pick<
  Stores,
  "bucket" | "table" | "clock" | "rules" | "sessions" | "files" | "history" | "uploads" | "quota"
>;
