/**
 * Who may write and remove what. Most folders belong to the session's owner; two have doors of their own, and two names
 * in the workspace are Cubby's own works. Pure: every way in asks here, whatever it takes in and from wherever.
 */
import type { Folder } from "../contract/file.ts";
import { AppError } from "../errors.ts";
import type { FilePath } from "./file-names.ts";

/** Clients see the published database version under this one name. No object has it. */
export const DATABASE_PATH = "workspace/project_data.db";
/** Written anew by every conversion. */
export const SUMMARY_PATH = "workspace/DATABASE_SUMMARY.md";

/** Folders whose files come in by a route of their own, and which that is. */
const ownDoors: Partial<Record<Folder, string>> = {
  cache: "PUT …/cache",
  logs: "POST …/logs/{name}",
};

/** Throws `path_not_allowed`, with the reason, where an upload may not write. */
export function assertWritable({ folder, path }: FilePath): void {
  const door = ownDoors[folder];
  if (door !== undefined) throw refuse("write to", path, `files come into ${folder} by ${door}`);
  if (path === DATABASE_PATH || path === SUMMARY_PATH) throw refuse("write to", path, "it is kept by Cubby itself");
}

/** Throws `path_not_allowed`, with the reason, for what nobody can delete by itself. */
export function assertRemovable({ folder, path }: FilePath): void {
  if (path === DATABASE_PATH) throw refuse("delete", path, "it goes with the files that its tables were made from");
  if (folder === "cache") throw refuse("delete", path, "entries leave the cache by DELETE …/cache");
}

function refuse(action: string, path: string, why: string): AppError {
  return new AppError("path_not_allowed", `Cannot ${action} ${JSON.stringify(path)}: ${why}`);
}
