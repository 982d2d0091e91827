import * as z from "zod";
import { actor } from "./actor.ts";
import { itemProblem, pageOf, pageQuery, timestamp } from "./values.ts";

/** The fixed places in a session; there are no folders inside them. */
export const folder = z.enum([
  "uploads",
  "workspace",
  "research_data",
  "intermediate_results",
  "cache",
  "logs",
  "outputs/single",
  "outputs/bulk",
]);

/** Folders that a client may write to; `cache` and `logs` have doors of their own. */
export const writableFolder = folder.exclude(["cache", "logs"]);

export const conversionState = z.enum(["none", "pending", "converting", "converted", "failed"]);

export const conversion = z
  .object({
    state: conversionState,
    tables: z.array(z.string()),
    reason: itemProblem.optional(),
    warnings: z.array(z.string()).optional(),
    rejected_rows: z.number().optional(),
    rows: z.number().optional(),
  })
  .meta({ id: "ConversionState" });

export const file = z
  .object({
    path: z.string().meta({ example: "uploads/sales.csv" }),
    folder,
    name: z.string().meta({ description: "As it was given, in Unicode's normal form C" }),
    href: z.string().meta({
      description: "Where the file is read, replaced and deleted, behind the address of the API; correct for any name",
      example: "/v1/sessions/session_20261121_093000_k3w5x2mzq7ab4cde/files/uploads/sales.csv",
    }),
    status: z.enum(["pending", "ready", "failed"]),
    size_bytes: z.number().int(),
    content_type: z.string().meta({
      description: "Read off name and content, whatever a client says; of a direct upload off its name",
    }),
    etag: z.string(),
    sha256: z.string().optional(),
    created_at: timestamp.meta({ description: "When a file of this name came first; stays when it is replaced" }),
    modified_at: timestamp.meta({ description: "When this content came" }),
    uploaded_by: actor.meta({ description: "Whose doing this content is; `system` for what Cubby writes itself" }),
    conversion,
  })
  .meta({ id: "File" });

/** What lies in one folder; all eight are always told of. */
export const folderFigures = z
  .object({
    folder,
    files: z.number().int(),
    size_bytes: z.number().int(),
  })
  .meta({ id: "Folder" });

export const foldersListed = z
  .object({ folders: z.array(folderFigures) })
  .meta({ description: "The session's `file_counts` and `total_size_bytes`, folder by folder" });

export const listFilesQuery = pageQuery.extend({
  folder: folder.optional().meta({ description: "Only files of this folder" }),
});
export const filePage = pageOf(file);

/** One file of an upload: stored (and converted, as far as it went), or refused with its problem. */
export const fileResult = z
  .object({
    path: z.string(),
    status: z.enum(["stored", "refused"]),
    file: file.optional(),
    problem: itemProblem.optional(),
  })
  .meta({ id: "FileResult" });

export const filesUploaded = z.object({
  files: z.array(fileResult),
  tables: z.array(z.string()).meta({ description: "Names of all tables the session now has" }),
  database: z.object({ version: z.number().int(), tables: z.number().int() }),
});

export const uploadFilesQuery = z.strictObject({
  folder: writableFolder.default("uploads").meta({ description: "Where the files go" }),
});

export const fileLink = z
  .object({ url: z.string(), expires_at: timestamp, file })
  .meta({ id: "FileLink", description: "A presigned URL for one download" });

const nameInFolder = z.string().max(1024).optional().meta({
  description:
    "The file's name, where the path names its folder alone. The way to names that hold a `?`, at which a path ends",
});

export const fileQuery = z.strictObject({ name: nameInFolder });

export const downloadQuery = fileQuery.extend({
  redirect: z.enum(["true", "false"]).default("true").meta({ description: "false answers the URL as JSON" }),
});

export const fileDeleted = z.object({ path: z.string(), status: z.literal("deleted") });

export const deleteFilesRequest = z
  .strictObject({
    paths: z.array(z.string().max(2048)).min(1).max(1000).meta({ description: "`folder/name` of each" }),
  })
  .meta({ id: "DeleteFiles" });

export const renameFileRequest = z
  .strictObject({
    path: z.string().max(2048).meta({ description: "Which file: `folder/name`", example: "uploads/sales.csv" }),
    name: z.string().max(1024).meta({ description: "Its new name, in the same folder", example: "sales 2025.csv" }),
  })
  .meta({ id: "RenameFile" });

/** One file of a deletion of many. */
export const fileRemoved = z
  .object({
    path: z.string(),
    status: z.enum(["deleted", "not_found", "refused", "failed"]).meta({
      description: "`refused` paths can never be deleted; a `failed` one is still there, and may go the next time",
    }),
    problem: itemProblem.optional(),
  })
  .meta({ id: "FileRemoved" });

export const filesDeleted = z.object({ files: z.array(fileRemoved) }).meta({
  description: "One result for each path, in their order. Asked again, what went is `not_found`",
});

export type Folder = z.infer<typeof folder>;
export type File = z.infer<typeof file>;
export type FileRemoved = z.infer<typeof fileRemoved>;
export type FileResult = z.infer<typeof fileResult>;
export type Conversion = z.infer<typeof conversion>;
