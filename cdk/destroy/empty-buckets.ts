import { GetBucketTaggingCommand, ListBucketsCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { EXPORTS, SESSIONS } from "../../shared/aws/object-keys.ts";
import { createObjectRemoval } from "../../shared/aws/remove-objects.ts";

/** Empties the buckets of a stage, which S3 deletes only then; tells of each what went. */
export async function emptyBuckets(s3: S3Client, stage: string, print: (line: string) => void): Promise<void> {
  for (const bucket of await bucketsOf(s3, stage)) {
    const { removePrefix } = createObjectRemoval(s3, bucket);
    // Nothing lies elsewhere: access logs bear the first of the two as well.
    const [sessions, exports] = [await removePrefix(SESSIONS), await removePrefix(EXPORTS)];
    print(`Emptied ${bucket}: ${sessions.objects + exports.objects} objects, ${sessions.bytes + exports.bytes} bytes`);
  }
}

/** Named by CloudFormation after the data stack; where it had to cut a long name short, the tags say whose it is. */
export async function bucketsOf(s3: S3Client, stage: string): Promise<string[]> {
  const isNamed = new RegExp(`^cubby-${stage}-data-sessions(bucket|accesslogs)`);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({ Prefix: "cubby-" }));
  const names = Buckets.flatMap(({ Name = "" }) => (Name.startsWith("cubby-") ? Name : []));
  const own = await Promise.all(names.map(async (name) => isNamed.test(name) || (await isTagged(s3, name, stage))));
  return names.filter((_, index) => own[index]);
}

async function isTagged(s3: S3Client, Bucket: string, stage: string): Promise<boolean> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
    const tags = new Map(TagSet.map(({ Key, Value }) => [Key, Value]));
    return tags.get("application") === "cubby" && tags.get("stage") === stage;
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === "NoSuchTagSet") return false;
    throw error;
  }
}
