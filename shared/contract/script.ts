/** What became of a Python script or notebook: every read of a file that was found in it, and what was changed. */
import * as z from "zod";

/** What was done at one place of a script. */
export const siteClass = z.enum(["rewritten_literal", "rewritten_runtime", "left_alone"]).meta({
  description:
    "`rewritten_literal`: its path is plain text that names one file of the session. `rewritten_runtime`: the path is " +
    "looked up when the script runs; a file that is in no table is then read from disk, as before. `left_alone`: " +
    "not a byte of it was changed, and `code` says why",
});

/** Why a place was left alone. The code never changes meaning. */
export const siteCode = z.enum([
  "url",
  "buffer",
  "no_table",
  "also_written",
  "cell_level_openpyxl",
  "inside_string",
  "shadowed_name",
  "ambiguous_path",
  "not_supported",
  "not_understood",
]);

/** Why a whole script was left alone. The code never changes meaning. */
export const scriptCode = z.enum([
  "invalid_python",
  "invalid_notebook",
  "unknown_encoding",
  "too_large",
  "too_deep",
  "no_reads",
  "nothing_to_rewrite",
  "no_place_for_import",
  "name_of_helper",
  "workspace_taken",
  "no_room",
  "not_certain",
]);

/** One read of a file, in the order of the script. */
export const scriptSite = z
  .object({
    cell: z.number().int().optional().meta({ description: "Of a notebook: the cell, from 1, whose lines are meant" }),
    line: z.number().int().meta({ description: "First line in the original, from 1" }),
    end_line: z.number().int(),
    reader: z.string().meta({ example: "pandas.read_csv" }),
    class: siteClass,
    code: siteCode.nullable(),
    sentence: z.string().meta({ description: "The same for a person" }),
    old_text: z.string(),
    new_text: z.string().nullable().meta({ description: "Null where it was left alone" }),
    tables: z.array(z.string()).meta({ description: "Tables that it reads, as far as that is known before it runs" }),
  })
  .meta({ id: "ScriptSite" });

export const scriptReport = z
  .object({
    language: z.enum(["python", "notebook"]),
    encoding: z.string(),
    output: z.string().nullable().meta({
      description: "Where the result is; null where there is none. The original stays where it came in",
      example: "workspace/analysis.py",
    }),
    rewritten: z.boolean().meta({ description: "False where the result is the original, byte for byte" }),
    sites: z.array(scriptSite),
    counts: z.object({
      rewritten_literal: z.number().int(),
      rewritten_runtime: z.number().int(),
      left_alone: z.number().int(),
    }),
    diff: z.string().meta({ description: "A unified diff; empty where nothing was changed" }),
  })
  .meta({ id: "ScriptReport" });

/** What `POST /upload` says of a script. */
export const pythonTransformation = scriptReport.extend({
  file: z.string().meta({ example: "analysis.py" }),
  path: z.string().meta({ example: "uploads/analysis.py" }),
  state: z.string(),
  reason: z.looseObject({ code: z.string(), detail: z.string() }).optional(),
});

export type SiteClass = z.infer<typeof siteClass>;
export type SiteCode = z.infer<typeof siteCode>;
export type ScriptCode = z.infer<typeof scriptCode>;
export type ScriptSite = z.infer<typeof scriptSite>;
export type ScriptReport = z.infer<typeof scriptReport>;
