import {
  contentFields,
  type DocumentHead,
  type DocumentRequest,
  type DocumentType,
  documentEnvelope,
} from "../contract/document.ts";
import { rawMembers, toObjectText } from "../json-text.ts";

/** A document as its caller sent it. */
export interface DocumentDraft {
  session_id: string;
  file_type: DocumentType;
  created_at: string;
  /** The request's body as it came, which is where the values are cut from. */
  text: string;
}

/** The envelope's text: our facts, then the caller's values, letter by letter as they came. */
export function toEnvelopeText({ text, ...facts }: DocumentDraft): string {
  const given = rawMembers(text);
  const values = contentFields.flatMap((field) => {
    const raw = given.get(field);
    return raw === undefined ? [] : [[field, raw] as const];
  });
  const withSize = (size: number) =>
    toObjectText([
      ["created_at", JSON.stringify(facts.created_at)],
      ["session_id", JSON.stringify(facts.session_id)],
      ["file_type", JSON.stringify(facts.file_type)],
      ["size_bytes", String(size)],
      ...values,
    ]);
  // The size counts its own digits.
  const rest = Buffer.byteLength(withSize(0)) - 1;
  let size = rest + 1;
  while (size !== rest + String(size).length) size = rest + String(size).length;
  return withSize(size);
}

/** Why a file's text is not a document; undefined when it is one. */
export function findDamage(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is not JSON (${(error as Error).message})`;
  }
  const parsed = documentEnvelope.safeParse(value);
  if (parsed.success) return undefined;
  const fields = parsed.error.issues.map(({ path }) => path.join("."));
  const named = fields.filter((field) => field !== "");
  if (named.length === 0) return "it is not the envelope of a document";
  return `its envelope is not as it should be in ${named.map((field) => `\`${field}\``).join(", ")}`;
}

const MAX_HEAD_CHARACTERS = 500;

/** What is worth saying of a document in a list. */
export function headOf(body: DocumentRequest, createdAt: string): DocumentHead {
  return {
    created_at: createdAt,
    ...(body.query == null ? {} : { query: shorten(body.query) }),
    ...(body.mode == null ? {} : { mode: shorten(body.mode) }),
    ...(body.round_number == null ? {} : { round_number: body.round_number }),
  };
}

/** Well-formed on purpose: DynamoDB's strings are UTF-8, and a cut can halve a character. */
function shorten(text: string): string {
  return text.slice(0, MAX_HEAD_CHARACTERS).toWellFormed();
}
