import * as z from "zod";
import { pageOf, pageQuery, timestamp } from "./values.ts";

/** 256 KB an append: as much as an entry of the history, and small enough that an answer always has room for one. */
export const MAX_APPEND_BYTES = 256 * 1024;

export const appended = z
  .object({
    name: z.string(),
    number: z
      .number()
      .int()
      .meta({ description: "The piece's place in the log; numbers only grow, with gaps at most" }),
    size_bytes: z.number().int(),
    href: z.string().meta({ description: "The piece as a file" }),
  })
  .meta({ id: "Appended" });

export const log = z
  .object({
    name: z.string(),
    last_number: z.number().int().meta({ description: "The last number that was given out" }),
    created_at: timestamp,
    modified_at: timestamp,
  })
  .meta({ id: "Log" });

export const listLogsQuery = pageQuery;
export const logPage = pageOf(log);

export const readLogQuery = z.strictObject({
  since: z.coerce.number().int().min(0).max(999_999).default(0).meta({
    description: "Only pieces behind this number: `Cubby-Next-Since` of the answer before",
  }),
});
