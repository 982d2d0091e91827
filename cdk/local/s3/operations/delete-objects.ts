import { type Answer, xmlAnswer } from "../wire/answer.ts";
import { hasIntegrityClaim, receiveText } from "../wire/body.ts";
import { S3Error } from "../wire/errors.ts";
import { parseXml } from "../wire/xml.ts";
import { type Call, MAX_XML_BYTES } from "./call.ts";

/** S3's limit on one request. */
const MAX_KEYS = 1000;

export function deleteObject({ context, request, bucket, key }: Call): Answer {
  const [refusal] = context.storage.objects.remove(bucket, [{ key, etag: request.header("if-match") }]);
  if (refusal !== undefined) throw refusal;
  return { status: 204 };
}

/** Many keys, one result each: what cannot be deleted is an `Error` inside a 200. */
export async function deleteObjects({ context, request, payload, bucket }: Call): Promise<Answer> {
  if (!hasIntegrityClaim(request)) {
    throw new S3Error("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  const document = parseXml(await receiveText(request, payload, { maxBytes: MAX_XML_BYTES }), "Delete");
  const isQuiet = document.text("Quiet") === "true";
  const wanted = document.children("Object").map((object) => {
    const key = object.text("Key");
    if (key === undefined || key === "") throw new S3Error("MalformedXML");
    return { key, etag: object.text("ETag"), version: object.text("VersionId") };
  });
  if (wanted.length === 0 || wanted.length > MAX_KEYS) throw new S3Error("MalformedXML");

  // There is one version of everything, called null.
  const unversioned = wanted.filter(({ version }) => version === undefined || version === "null");
  const refusals = context.storage.objects.remove(bucket, unversioned);
  const outcome = new Map(unversioned.map((object, i) => [object, refusals[i]]));
  for (const object of wanted) if (!outcome.has(object)) outcome.set(object, new S3Error("NoSuchVersion"));

  const deleted = wanted.filter((object) => outcome.get(object) === undefined);
  return xmlAnswer("DeleteResult", {
    Deleted: isQuiet ? [] : deleted.map(({ key }) => ({ Key: key })),
    Error: wanted.flatMap((object) => {
      const refusal = outcome.get(object);
      if (refusal === undefined) return [];
      return [{ Key: object.key, VersionId: object.version, Code: refusal.code, Message: refusal.message }];
    }),
  });
}
