import { isAtMostDeep } from "../../shared/contract/json.ts";
import { AppError } from "../../shared/errors.ts";

/** Reads a body of at most so many bytes. One byte more is refused, with the limit in the answer. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes, declared);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes, size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Whatever walks a document deeper than this one by one overflows its stack. */
const MAX_LEVELS = 100;

/** A JSON body, and its own text: what `JSON.parse` does not keep (digits, the order of some keys) is still in that. */
export interface JsonBody {
  value: unknown;
  text: string;
}

/** Parses a JSON body; names the media type or the place that is wrong. */
export async function readJson(request: Request, maxBytes: number): Promise<JsonBody> {
  const mediaType = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const bytes = await readBody(request, maxBytes);
  if (bytes.byteLength === 0) return { value: {}, text: "{}" };
  if (mediaType !== "application/json" && !mediaType.endsWith("+json")) {
    throw new AppError(
      "media_type_not_supported",
      `Cannot read a body of type "${mediaType}": send content-type application/json`,
    );
  }
  const json = parseJson(bytes);
  if (isAtMostDeep(json.value, MAX_LEVELS)) return json;
  throw new AppError("invalid_json", `Cannot read the body as JSON: it is nested more than ${MAX_LEVELS} levels deep`);
}

function parseJson(bytes: Uint8Array): JsonBody {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { value: JSON.parse(text), text };
  } catch (cause) {
    const why = cause instanceof SyntaxError ? cause.message : "it is not UTF-8";
    throw new AppError("invalid_json", `Cannot read the body as JSON: ${why}`, { cause });
  }
}

/**
 * API Gateway hands a text body over as a UTF-8 string: bytes of another encoding are already lost, each replaced by
 * U+FFFD. Refused, because what comes in is kept byte for byte.
 */
export function assertIntact(request: Request, bytes: Uint8Array): void {
  const mediaType = request.headers.get("content-type") ?? "";
  if (!/^(text\/|application\/(json|xml|javascript))/i.test(mediaType)) return;
  if (!Buffer.from(bytes).includes("\ufffd")) return;
  throw new AppError(
    "media_type_not_supported",
    `Cannot keep this body byte for byte under "${mediaType}": send it as content-type application/octet-stream`,
  );
}

function tooLarge(maxBytes: number, size: number): AppError {
  return new AppError("body_too_large", `Cannot take a body of ${size} bytes or more: the limit is ${maxBytes} bytes`, {
    details: { limit_bytes: maxBytes },
  });
}
