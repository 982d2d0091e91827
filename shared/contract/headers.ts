/** Headers of requests and answers that mean something here, each described once. */
import * as z from "zod";

const etag = z.string().meta({ description: "The version of what is answered, strong", example: '"7"' });

/** Conditions of RFC 9110, section 13. */
export const conditions = {
  "if-match": z.string().optional().meta({
    description: "Only if this is still the version, by its ETag; `*` for any that is there. Else 412",
    example: '"7"',
  }),
  "if-none-match": z.string().optional().meta({
    description:
      "Of a read: versions that are known, which are answered with 304. Of a write: `*` creates only, else 412",
    example: '"6"',
  }),
  "if-modified-since": z.string().optional().meta({
    description: "Answers 304 where nothing came since; `if-none-match` goes first",
    example: "Sat, 21 Nov 2026 09:30:00 GMT",
  }),
} as const;

export type Condition = keyof typeof conditions;

/** Headers of a request that concern who calls, and how often. */
export const callHeaders = {
  "cubby-user-id": z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Services only, and always: the user they act for, percent-encoded beyond ASCII" }),
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({
      description:
        "Makes a repetition safe: for 24 hours the same request with the same key is answered as the first time, with " +
        "`Idempotent-Replayed: true`. The same key with another request is 422, and 409 while the first still runs",
      example: "5f2b7c1e-7a0d-4b8e-9a56-0c3d4e5f6a7b",
    }),
} as const;

/** Headers of every answer. */
export const commonHeaders = {
  "x-request-id": z.string().meta({ description: "Names this request in our logs; also in every problem" }),
} as const;

/** Headers of some answers; where one of them is missing, that says something as well. */
export const answerHeaders = {
  etag,
  location: z.string().meta({ description: "Where it is: a presigned URL, or the address of a new file" }),
  link: z.string().meta({ description: 'RFC 8288: `rel="next"` while there is more' }),
  "content-disposition": z.string().meta({ description: "`attachment`, with a name for the file" }),
  "cubby-next-since": z.string().meta({ description: "For `since=`: where to go on", example: "12" }),
  "cubby-row-count": z.string().meta({ description: "Rows of this answer", example: "1000" }),
  "cubby-columns": z.string().meta({
    description: "Columns as JSON in ASCII: `[{name, type}]`; missing where they are too many for a header",
  }),
  "cubby-column-types": z.string().meta({
    description:
      "In the place of `cubby-columns`: a list of a type, the number of columns in a row that have it, the next type … " +
      "Missing where that is too long as well; `DESCRIBE` in front of the statement always tells",
    example: '["VARCHAR",120,"DOUBLE",3]',
  }),
  "x-next-cursor": z.string().meta({ description: "`cursor` of the next page, where there is one" }),
} as const;

export type AnswerHeader = keyof typeof answerHeaders;

/** Headers of a problem, by its status. */
export const problemHeaders = {
  401: { "www-authenticate": z.string().meta({ example: "Bearer" }) },
  429: { "retry-after": z.string().meta({ description: "Seconds to wait before the next try", example: "2" }) },
  503: { "retry-after": z.string().meta({ description: "Seconds to wait before the next try", example: "2" }) },
} as const;
