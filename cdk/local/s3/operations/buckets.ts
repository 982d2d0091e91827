import { type Answer, xmlAnswer } from "../wire/answer.ts";
import { receiveText } from "../wire/body.ts";
import { corsRulesXml, parseCorsRules } from "../wire/cors-rules.ts";
import { S3Error } from "../wire/errors.ts";
import { assertHeadersSupported } from "../wire/object-headers.ts";
import type { Call } from "./call.ts";

const OWNER = { ID: "cubby", DisplayName: "cubby" };
const MAX_CORS_BYTES = 64 * 1024;

export function listBuckets({ context }: Call): Answer {
  const buckets = context.storage.buckets.list();
  return xmlAnswer("ListAllMyBucketsResult", {
    Owner: OWNER,
    Buckets: { Bucket: buckets.map(({ name, createdAt }) => ({ Name: name, CreationDate: createdAt.toISOString() })) },
  });
}

/** The body may name a region; there is only one here. */
export function createBucket({ context, request, bucket }: Call): Answer {
  assertBucketName(bucket);
  assertHeadersSupported((name) => request.header(name));
  const isNew = context.storage.buckets.create(bucket, context.clock());
  // In us-east-1, and only there, S3 lets an owner create a bucket again.
  if (!isNew && context.credentials.region !== "us-east-1") throw new S3Error("BucketAlreadyOwnedByYou");
  return { status: 200, headers: { location: `/${bucket}` } };
}

export function headBucket({ context }: Call): Answer {
  return { status: 200, headers: { "x-amz-bucket-region": context.credentials.region } };
}

export function deleteBucket({ context, bucket }: Call): Answer {
  context.storage.buckets.remove(bucket);
  return { status: 204 };
}

export function getBucketLocation({ context }: Call): Answer {
  const { region } = context.credentials;
  return xmlAnswer("LocationConstraint", region === "us-east-1" ? {} : { LocationConstraint: region });
}

export async function putBucketCors({ context, request, payload, bucket }: Call): Promise<Answer> {
  const rules = parseCorsRules(await receiveText(request, payload, { maxBytes: MAX_CORS_BYTES }));
  context.storage.buckets.setCors(bucket, rules);
  return { status: 200 };
}

export function getBucketCors({ context, bucket }: Call): Answer {
  const { cors } = context.storage.buckets.get(bucket);
  if (cors === undefined) throw new S3Error("NoSuchCORSConfiguration", undefined, { BucketName: bucket });
  return xmlAnswer("CORSConfiguration", corsRulesXml(cors));
}

export function deleteBucketCors({ context, bucket }: Call): Answer {
  context.storage.buckets.setCors(bucket, undefined);
  return { status: 204 };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function assertBucketName(name: string): void {
  const isWellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !/\.\.|^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (!isWellFormed) throw new S3Error("InvalidBucketName", undefined, { BucketName: name });
}
