import { HeadObjectCommand, NotFound, type S3Client } from "@aws-sdk/client-s3";
import { LAST_WRITE } from "./write-token.ts";

/** The ETag of the object, if it is what the write with this token put there; undefined where it is another's, or none. */
export async function findOwnWrite(
  s3: S3Client,
  { bucket, key, token }: { bucket: string; key: string; token: string },
): Promise<string | undefined> {
  try {
    const { ETag, Metadata } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return Metadata?.[LAST_WRITE] === token ? (ETag ?? "").replaceAll('"', "") : undefined;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
