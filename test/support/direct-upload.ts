import { createHash } from "node:crypto";
import type { Answer, Client } from "../../shared/client/index.ts";

/** An upload's form, as the API signs it. */
export type SignedForm = NonNullable<Answer<"createUpload">["post"]>;

/** Sends a form as a page does, from its origin where it has one; the storage's answer as it is. */
export function postForm(
  { url, fields }: SignedForm,
  content: Uint8Array<ArrayBuffer>,
  init: RequestInit & { changes?: Record<string, string> } = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...init.changes })) form.append(name, value);
  form.append("file", new Blob([content]), "file");
  return fetch(url, { method: "POST", body: form, ...init });
}

/** Begins an upload by form and answers it with its form. */
export async function beginForm(
  client: Client,
  session_id: string,
  path: string,
  content: Uint8Array<ArrayBuffer>,
  options: { sha256?: string; ifMatch?: string; ifNoneMatch?: string } = {},
) {
  const { sha256, ...conditions } = options;
  const body = { path, size_bytes: content.byteLength, ...(sha256 === undefined ? {} : { sha256 }) };
  const target = await client.call("createUpload", { params: { session_id }, body, ...conditions });
  if (target.post === undefined) throw new Error("The upload has no form");
  return { upload_id: target.upload_id, post: target.post };
}

export function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The file's bytes as they are downloaded. */
export async function bytesOf(client: Client, sessionId: string, path: string): Promise<Buffer> {
  const response = await client.download(sessionId, path);
  return Buffer.from(await response.arrayBuffer());
}

/** Sends a part to its URL; answers its ETag. */
export async function putPart(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const response = await fetch(url, { method: "PUT", body: bytes });
  if (!response.ok) throw new Error(`The storage answered ${response.status}: ${await response.text()}`);
  return response.headers.get("etag") ?? "";
}
