import * as z from "zod";
import { folder } from "./file.ts";
import { itemProblem, timestamp } from "./values.ts";

/** One request names at most so many files; a folder or the whole session may hold more. */
const MAX_PATHS = 3000;

export const archiveRequest = z
  .strictObject({
    folder: folder.optional().meta({ description: "Every file of one folder" }),
    paths: z
      .array(z.string().max(1024))
      .min(1)
      .max(MAX_PATHS)
      .optional()
      .meta({ description: "Chosen files; all must exist", example: ["outputs/bulk/report.csv"] }),
  })
  .refine((request) => request.folder === undefined || request.paths === undefined, {
    error: "takes `folder` or `paths`, not both; with neither it is every file of the session",
  });

export const archiveState = z.enum(["building", "ready", "failed"]);

/** Names in the ZIP are `folder/name`, whatever was chosen. */
export const archive = z
  .object({
    archive_id: z.string(),
    state: archiveState,
    files: z.number().int().meta({ description: "Files in the archive" }),
    files_done: z.number().int(),
    files_total: z.number().int(),
    bytes_done: z.number().int(),
    bytes_total: z.number().int().meta({ description: "Bytes of all files, before compression" }),
    url: z.string().optional().meta({ description: "When ready: where to fetch the ZIP, for a short while" }),
    expires_at: timestamp.optional().meta({ description: "Until when the URL is good" }),
    size_bytes: z.number().int().optional().meta({ description: "When ready: size of the ZIP" }),
    problem: itemProblem.optional().meta({ description: "When failed: why, and with which file" }),
  })
  .meta({ id: "Archive" });

export type ArchiveSelection = z.infer<typeof archiveRequest>;
export type Archive = z.infer<typeof archive>;
