/**
 * Research documents: any JSON value, in an envelope that says what it is. A document is a file of its session, in the
 * folder of its type, and the envelope is the file's content.
 */
import * as z from "zod";
import { pageOf, pageQuery, sessionId, timestamp } from "./values.ts";

export const documentType = z.enum(["research_data", "intermediate_results"]);

/** Any JSON, text included. Nothing is looked at, and nothing is changed. */
const anyJson = z.unknown().optional();

const content = {
  query: z.string().nullish().meta({ description: "What was asked" }),
  mode: z.string().nullish().meta({ description: "How it was looked into: `deep`, say. Part of the default name" }),
  response: anyJson.meta({ description: "What came out: any JSON value, or text" }),
  sources: anyJson.meta({ description: "Any JSON value, a list as a rule" }),
  round_number: z
    .number()
    .int()
    .nullish()
    .meta({ description: "Of an agent that goes round more than once; part of the default name" }),
  sources_used: anyJson.meta({ description: "A count, a list, or any other JSON value" }),
  metadata: z.record(z.string(), z.unknown()).nullish().meta({ description: "Any JSON object of the caller's own" }),
  data: anyJson.meta({ description: "Any JSON value, or text, where the other fields do not fit" }),
};

/** Fields that are kept as the caller's own; of these at least one is there. */
export const contentFields = Object.keys(content) as (keyof typeof content)[];

export const documentRequest = z
  .strictObject({
    ...content,
    name: z
      .string()
      .optional()
      .meta({
        description:
          "Name of the file. Without one: `research_<mode>_<YYYYMMDD_HHMMSS>.json`, or " +
          "`intermediate_<mode>_round<round_number>_<YYYYMMDD_HHMMSS>.json`, with `_2` and so on when that is taken",
      }),
    overwrite: z.boolean().optional().meta({
      description: "Replace what has this name; without it, and without If-Match, that is 409 `document_exists`",
    }),
  })
  .refine((body) => contentFields.some((field) => body[field] !== undefined), {
    error: `holds nothing to store: send \`data\`, or any of ${contentFields.map((field) => `\`${field}\``).join(", ")}`,
  })
  .meta({
    id: "DocumentRequest",
    description:
      "At most 4 MiB. Values come back exactly as they were sent, as text: every digit of a number, the order and " +
      "form of keys, escapes. A body of more than 3 MiB with very many quotes is too long for the gateway's event: " +
      "send it as `application/vnd.cubby+json`, and it will do",
  });

const facts = {
  created_at: timestamp,
  session_id: sessionId,
  file_type: documentType,
  size_bytes: z.number().int().meta({ description: "Size of the file, envelope included" }),
};

/** What a document's file has to hold, and what reading answers. */
export const documentEnvelope = z
  .looseObject({ ...facts, ...content })
  .meta({ id: "Document", description: "The file's own text: the envelope, and in it the values as they were sent" });

/** A document without its values. */
export const documentInfo = z
  .object({
    ...facts,
    name: z.string(),
    path: z.string().meta({ example: "research_data/research_deep_20261121_093000.json" }),
    etag: z.string(),
    query: z.string().optional().meta({ description: "At most its first 500 characters" }),
    mode: z.string().optional().meta({ description: "At most its first 500 characters" }),
    round_number: z.number().optional(),
  })
  .meta({ id: "DocumentInfo" });

export const listDocumentsQuery = pageQuery;

export const namedDocumentQuery = z.strictObject({
  name: z.string().optional().meta({
    description: "The name, where it holds a `?`: no path can carry that. The path's own last part is `-` then",
  }),
});

export const documentPage = pageOf(documentInfo);

export type DocumentType = z.infer<typeof documentType>;
export type DocumentRequest = z.infer<typeof documentRequest>;
export type DocumentInfo = z.infer<typeof documentInfo>;
/** What the record of a document's file says of it, so that a list reads no file. */
export type DocumentHead = Pick<DocumentInfo, "created_at" | "query" | "mode" | "round_number">;
