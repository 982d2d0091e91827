/** The bodies of the systems that Cubby replaces, so that their clients keep working. */
import * as z from "zod";
import { fileResult } from "./file.ts";
import { pythonTransformation } from "./script.ts";

export const uploadAnswer = z
  .object({
    message: z.string(),
    session_id: z.string(),
    session_token: z.string().optional().meta({ description: "Guests only, answered once" }),
    temp_dir: z.string().meta({ description: "s3:// URI of the session's prefix" }),
    files: z.array(z.string()),
    file_results: z.array(fileResult),
    table_names_message: z.string(),
    sql_conversion: z.object({
      converted_tables: z.array(
        z.looseObject({ table_name: z.string(), source_file: z.string(), row_count: z.number() }),
      ),
      total_tables: z.number().int(),
      conversion_summary: z.string(),
      python_transformations: z.array(pythonTransformation),
      database_info: z.object({ path: z.string(), version: z.number().int(), tables: z.array(z.string()) }).nullable(),
      csv_files_removed: z.array(z.string()),
      excel_files_removed: z.array(z.string()),
      python_files_updated: z.array(z.string()).meta({ description: "Names in workspace/ of the rewritten" }),
    }),
  })
  .meta({ id: "UploadAnswer" });

const sessionDirectory = z.object({
  session_id: z.string(),
  path: z.string(),
  creation_time: z.string(),
  size_bytes: z.number(),
  is_current: z.boolean(),
});

export const sessionInfo = z.object({
  current_session_id: z.string().nullable(),
  total_sessions: z.number().int(),
  max_sessions: z.number().int(),
  all_sessions: z.array(sessionDirectory),
});

export const sessionRemoved = z.object({ message: z.string(), session_id: z.string() });

/** As in the `sessions.json` files of older chat servers, without the conversations themselves. */
const chatSession = z.object({
  session_id: z.string(),
  style: z.string().nullable(),
  created_at: z.string(),
  last_used: z.string(),
});

export const chatSessions = z.object({ sessions: z.array(chatSession), total: z.number().int() });
