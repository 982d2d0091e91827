import { createHash } from "node:crypto";
import { assertPostAllowed } from "../auth/post-policy.ts";
import type { StoredObject } from "../storage/objects.ts";
import { type Answer, xmlAnswer } from "../wire/answer.ts";
import {
  assertChecksumShape,
  type Checksum,
  checksumHeader,
  checksumMismatch,
  checksumNames,
  createDigester,
} from "../wire/checksums.ts";
import { S3Error } from "../wire/errors.ts";
import { type FormFile, receiveForm } from "../wire/form.ts";
import { readFormHeaders } from "../wire/object-headers.ts";
import type { S3Request } from "../wire/request.ts";
import { createdEvent, MAX_PUT_BYTES, type ServerContext, UNCONDITIONAL } from "./call.ts";
import { checksumHeaders, etagOf } from "./put-object.ts";

const MAX_KEY_BYTES = 1024;

/** A browser's form upload. Its signature is in the form, so it comes here without having been authenticated. */
export async function postObject(context: ServerContext, request: S3Request): Promise<Answer> {
  const { bucket } = request;
  const [fields, object] = await receiveForm(request, async (file) => {
    const now = context.clock();
    const range = assertPostAllowed(file.fields, bucket, context.credentials, now);
    context.storage.buckets.get(bucket);
    const key = formKey(file);
    const headers = readFormHeaders(file.fields);
    const limits = { min: range.min, max: Math.min(range.max, MAX_PUT_BYTES) };
    const [received, segments] = await context.storage.blobs.write((sink) => receiveFile(file, limits, sink));
    const stored: StoredObject = { bucket, key, modifiedAt: context.clock(), headers, segments, ...received };
    return [file.fields, stored];
  });
  context.storage.objects.put(object, UNCONDITIONAL);
  context.notify(createdEvent(object, "PostObject"));
  return postAnswer(request, fields, object);
}

async function receiveFile(
  file: FormFile,
  limits: { min: number; max: number },
  sink: (chunk: Buffer) => Promise<void>,
): Promise<Pick<StoredObject, "size" | "etag" | "checksum">> {
  const algorithm = checksumNames.find((name) => file.fields.has(checksumHeader(name)));
  const digester = algorithm === undefined ? undefined : createDigester(algorithm);
  const md5 = createHash("md5");
  let size = 0;
  for await (const chunk of file.bytes) {
    size += chunk.length;
    if (size > limits.max) throw sizeError("EntityTooLarge", size, "MaxSizeAllowed", limits.max);
    md5.update(chunk);
    digester?.update(chunk);
    await sink(chunk);
  }
  if (size < limits.min) throw sizeError("EntityTooSmall", size, "MinSizeAllowed", limits.min);
  const etag = etagOf({ md5: md5.digest() });
  if (algorithm === undefined || digester === undefined) return { size, etag, checksum: undefined };
  const claimed = file.fields.get(checksumHeader(algorithm)) ?? "";
  assertChecksumShape(algorithm, claimed);
  const checksum: Checksum = { algorithm, type: "FULL_OBJECT", value: digester.digest().toString("base64") };
  if (checksum.value !== claimed) throw checksumMismatch(algorithm);
  return { size, etag, checksum };
}

function formKey({ fields, filename }: FormFile): string {
  const template = fields.get("key");
  if (template === undefined || template === "") {
    throw new S3Error(
      "InvalidArgument",
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
    );
  }
  // A function, because "$&" in a file name would be a pattern.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how S3 writes it
  const key = template.replaceAll("${filename}", () => filename);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error("KeyTooLongError");
  return key;
}

function postAnswer(request: S3Request, fields: ReadonlyMap<string, string>, object: StoredObject): Answer {
  const { bucket, key, etag } = object;
  const path = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const location = `http://${request.header("host") ?? ""}${path}`;
  const redirect = redirectUrl(fields.get("success_action_redirect"));
  if (redirect !== undefined) {
    for (const [name, value] of Object.entries({ bucket, key, etag })) redirect.searchParams.append(name, value);
    return { status: 303, headers: { location: redirect.href, etag } };
  }
  const headers = { location, etag, ...checksumHeaders(object.checksum) };
  const status = fields.get("success_action_status");
  if (status === "201") {
    const answer = xmlAnswer("PostResponse", { Location: location, Bucket: bucket, Key: key, ETag: etag }, headers);
    return { ...answer, status: 201 };
  }
  return { status: status === "200" ? 200 : 204, headers };
}

/** S3 ignores an address that it cannot use. */
function redirectUrl(text: string | undefined): URL | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

function sizeError(code: "EntityTooLarge" | "EntityTooSmall", size: number, limit: string, value: number): S3Error {
  return new S3Error(code, undefined, { ProposedSize: String(size), [limit]: String(value) });
}
