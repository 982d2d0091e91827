import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { S3Error } from "./errors.ts";
import { writeXml, type XmlObject } from "./xml.ts";

/** What an operation gives back; one function puts it on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  /** Called once when the answer is over, sent or not. */
  readonly release?: () => void;
}

export function xmlAnswer(root: string, content: XmlObject, headers: Record<string, string | undefined> = {}): Answer {
  return { status: 200, headers: { "content-type": "application/xml", ...headers }, body: writeXml(root, content) };
}

/** Turns anything thrown into S3's XML. A bug says nothing about itself to the caller. */
export function errorAnswer(error: unknown, place: { resource: string; requestId: string }): Answer {
  const known = error instanceof S3Error ? error : new S3Error("InternalError");
  const body = writeXml("Error", {
    Code: known.code,
    Message: known.message,
    ...known.details,
    Resource: place.resource,
    RequestId: place.requestId,
    HostId: place.requestId,
  });
  return { status: known.status, headers: { "content-type": "application/xml" }, body };
}

/** Sends an answer, streaming where the body is a stream. Rejects when the client goes away in the middle. */
export async function sendAnswer(response: ServerResponse, method: string, answer: Answer): Promise<void> {
  try {
    response.statusCode = answer.status;
    for (const [name, value] of Object.entries(answer.headers ?? {})) {
      if (value !== undefined) response.setHeader(name, value);
    }
    if (method === "HEAD" || answer.status === 304 || answer.body === undefined) {
      // HEAD keeps the length of what GET would send; other empty answers have none.
      if (method !== "HEAD" && answer.status !== 304 && answer.status !== 204) response.setHeader("content-length", 0);
      response.end();
    } else if (typeof answer.body === "string") {
      response.setHeader("content-length", Buffer.byteLength(answer.body));
      response.end(answer.body);
    } else {
      await pipeline(Readable.from(answer.body, { objectMode: false }), response);
    }
  } finally {
    answer.release?.();
  }
}
